using System.IO.Compression;
using System.Text;
using Microsoft.ML.Diffusion.Vision.Network;

namespace Microsoft.ML.Diffusion.Vision.Tests.Network;

/// <summary>Checkpoints of PyTorch: tensors are read, and whatever else a pickle asks for is refused.</summary>
public class TorchCheckpointTests
{
    [Fact]
    public void Tensors_of_a_dictionary_are_read()
    {
        IReadOnlyDictionary<string, NamedTensor> tensors = Read(Sound());
        Assert.Equal(2, tensors.Count);
        Assert.Equal([2, 1], tensors["a.weight"].Shape);
        Assert.Equal([3f, 4], tensors["a.weight"].ToSingles());
        Assert.Equal([1f, 2, 3, 4], tensors["b"].ToSingles());
    }

    [Fact]
    public void A_pickle_that_is_cut_short_is_refused()
    {
        byte[] pickle = Sound();
        for (int length = 0; length < pickle.Length; length++)
            Assert.Throws<InvalidDataException>(() => Read(pickle[..length]));
    }

    [Fact]
    public void A_changed_byte_is_refused_or_makes_no_harm()
    {
        byte[] pickle = Sound();
        for (int place = 0; place < pickle.Length; place++)
        {
            foreach (byte flip in new byte[] { 1, 0x20, 0x80, 0xFF })
            {
                byte[] changed = [.. pickle];
                changed[place] ^= flip;
                try
                {
                    Read(changed);
                }
                catch (InvalidDataException)
                {
                    // As it should be; a changed letter of a name makes another sound file.
                }
            }
        }
    }

    [Theory]
    [InlineData("cposix\nsystem\n", "posix.system")]
    [InlineData("cbuiltins\neval\n", "builtins.eval")]
    [InlineData("ctorch\nload\n", "torch.load")]
    [InlineData("i", "105")]
    public void Names_and_instructions_that_tensors_do_not_need_are_refused(string code, string word)
    {
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Read([0x80, 2, .. Encoding.ASCII.GetBytes(code), (byte)'.']));
        Assert.Contains("refused", e.Message, StringComparison.Ordinal);
        Assert.Contains(word, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_beyond_their_numbers_are_refused()
    {
        Assert.Throws<InvalidDataException>(() => Read(Dictionary(Tensor("a", offset: 3, 2, 1))));
        Assert.Throws<InvalidDataException>(() => Read(Dictionary(Tensor("a", offset: 0, 2, 3))));
        Assert.Throws<InvalidDataException>(() => Read(Sound(), numbers: 3));
        Assert.Throws<InvalidDataException>(() => Read(Sound(), CompressionLevel.SmallestSize, numbers: 4));
        Assert.Throws<InvalidDataException>(() => TorchCheckpoint.Read(new MemoryStream([1, 2, 3])));
    }

    private static byte[] Sound() => Dictionary([.. Tensor("a.weight", 2, 2, 1), .. Tensor("b", 0, 4, 1)]);

    private static byte[] Dictionary(byte[] items) => [0x80, 2, (byte)'}', (byte)'q', 0, (byte)'(', .. items, (byte)'u', (byte)'.'];

    /// <summary>A name and a tensor of storage 0, which has four numbers.</summary>
    private static byte[] Tensor(string name, byte offset, byte rows, byte columns) =>
    [
        .. Text(name), .. Ascii("ctorch._utils\n_rebuild_tensor_v2\n(("), .. Text("storage"), .. Ascii("ctorch\nFloatStorage\n"),
        .. Text("0"),
        .. Text("cpu"), (byte)'K', 4, .. Ascii("tQK"), offset, .. Ascii("(K"), rows, (byte)'K', columns, .. Ascii("t(K"), columns,
        .. Ascii("K"),
        1, .. Ascii("t"), 0x89, .. Ascii("ccollections\nOrderedDict\n)RtR"),
    ];

    private static byte[] Text(string text) => [(byte)'X', .. BitConverter.GetBytes(text.Length), .. Ascii(text)];

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private static IReadOnlyDictionary<string, NamedTensor> Read(
        byte[] pickle, CompressionLevel level = CompressionLevel.NoCompression, int numbers = 4)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            using (Stream stream = zip.CreateEntry("model/data.pkl", level).Open())
                stream.Write(pickle);
            using (Stream stream = zip.CreateEntry("model/data/0", level).Open())
            {
                float[] values = level == CompressionLevel.NoCompression ? [1, 2, 3, 4] : new float[4];
                stream.Write([.. values.Take(numbers).SelectMany(BitConverter.GetBytes)]);
            }
        }

        file.Position = 0;
        return TorchCheckpoint.Read(file);
    }
}
