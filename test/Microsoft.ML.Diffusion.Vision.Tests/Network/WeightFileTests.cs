using System.Buffers.Binary;
using System.Text;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Network;

namespace Microsoft.ML.Diffusion.Vision.Tests.Network;

/// <summary>Files of weights: what is in them is read, and what does not fit is refused.</summary>
public class WeightFileTests
{
    [Fact]
    public void Numbers_of_several_kinds_are_read()
    {
        byte[] data = [.. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f), .. BitConverter.GetBytes((Half)0.25f), 0x80, 0x3F];
        IReadOnlyDictionary<string, NamedTensor> tensors = SafeTensors.Read(File(
            """
            {"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"h":{"dtype":"F16","shape":[1],"data_offsets":[8,10]},
            "b":{"dtype":"BF16","shape":[1],"data_offsets":[10,12]},"__metadata__":{"format":"pt"}}
            """,
            data));
        Assert.Equal([1.5f, -2], tensors["a"].ToSingles());
        Assert.Equal([1, 2], tensors["a"].Shape);
        Assert.Equal([0.25f], tensors["h"].ToSingles());
        Assert.Equal([1f], tensors["b"].ToSingles());
        Assert.Equal(3, tensors.Count);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-4,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2147483647,2147483647],"data_offsets":[0,8]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""")]
    [InlineData("""{"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}""")]
    [InlineData("""{"a":{"shape":[2],"data_offsets":[0,8]}}""")]
    [InlineData("""{"a":7}""")]
    [InlineData("""[]""")]
    [InlineData("{")]
    public void A_damaged_safetensors_file_is_refused(string header) =>
        Assert.Throws<InvalidDataException>(() => SafeTensors.Read(File(header, new byte[8])));

    [Fact]
    public void A_safetensors_file_that_is_cut_short_is_refused()
    {
        byte[] file = File("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", new byte[8]);
        for (int length = 0; length < file.Length; length++)
            Assert.Throws<InvalidDataException>(() => SafeTensors.Read(file.AsMemory(0, length)));
    }

    [Fact]
    public void Weights_that_do_not_fit_are_refused()
    {
        var settings = new UNetSettings
        {
            Size = 8, Channels = 1, Outputs = 1, Base = 4, Multipliers = [1],
            AttentionSizes = [4], HeadChannels = 2, Groups = 2
        };
        Dictionary<string, NamedTensor> weights = new(StringComparer.Ordinal);
        foreach ((string path, Parameter parameter) in new DenoisingUNet(settings, default).NamedParameters())
            weights[path] = Tensor(TorchShape(path, parameter));
        var network = new DenoisingUNet(settings, default);
        UNetWeights.Load(network, weights);
        Assert.All(network.Parameters(), parameter => Assert.Equal(1, parameter.Value[0]));

        Refuses("time_embed.0.weight", null, "time_embed.0.weight");
        Refuses("more", Tensor([1]), "weights");
        Refuses("time_embed.0.weight", Tensor([4, 16]), "16");
        Refuses("out.0.bias", Tensor([4]) with { Bytes = new byte[] { 0, 0, 0xC0, 0x7F, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 } }, "finite");

        void Refuses(string path, NamedTensor? tensor, string word)
        {
            var changed = new Dictionary<string, NamedTensor>(weights, StringComparer.Ordinal);
            if (tensor is null)
                changed.Remove(path);
            else
                changed[path] = tensor;
            Assert.Contains(word,
                Assert.Throws<InvalidDataException>(() => UNetWeights.Load(network, changed)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Queries_keys_and_values_of_each_head_are_put_in_order()
    {
        var settings = new UNetSettings
        {
            Size = 2, Channels = 1, Outputs = 1, Base = 4, Multipliers = [1],
            AttentionSizes = [], HeadChannels = 2, Groups = 1
        };
        var network = new DenoisingUNet(settings, default);
        Dictionary<string, NamedTensor> weights = new(StringComparer.Ordinal);
        foreach ((string path, Parameter parameter) in network.NamedParameters())
            weights[path] = Tensor(TorchShape(path, parameter));
        weights["middle_block.1.qkv.bias"] =
            new NamedTensor(NumberType.Single, [12], Enumerable.Range(0, 12).SelectMany(i => BitConverter.GetBytes((float)i)).ToArray());
        UNetWeights.Load(network, weights);
        // Head 0 has queries 0 and 1, keys 2 and 3, values 4 and 5; head 1 goes on.
        Parameter bias = network.NamedParameters()
            .Single(p => string.Equals(p.Path, "middle_block.1.qkv.bias", StringComparison.Ordinal)).Parameter;
        Assert.Equal([0f, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11], bias.Value.ToArray());
    }

    private static long[] TorchShape(string path, Parameter parameter)
    {
        bool isKernel = path.EndsWith("weight", StringComparison.Ordinal) && parameter.Shape.Rank == 2
            && (path.Contains("layers.2", StringComparison.Ordinal) || path.Contains("layers.3", StringComparison.Ordinal)
                || path.StartsWith("out.2", StringComparison.Ordinal) || path.StartsWith("input_blocks.0", StringComparison.Ordinal));
        return parameter.Shape.Rank == 1 ? [parameter.Shape.Count]
            : isKernel ? [parameter.Shape.Columns, parameter.Shape.Rows / 9, 3, 3] : [parameter.Shape.Columns, parameter.Shape.Rows];
    }

    private static NamedTensor Tensor(long[] shape) => new(
        NumberType.Single, shape,
            Enumerable.Repeat(BitConverter.GetBytes(1f), NamedTensor.CountOf(shape)).SelectMany(bytes => bytes).ToArray());

    private static byte[] File(string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header), length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        return [.. length, .. text, .. data];
    }
}
