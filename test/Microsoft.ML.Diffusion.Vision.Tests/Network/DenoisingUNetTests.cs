using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Network;

namespace Microsoft.ML.Diffusion.Vision.Tests.Network;

/// <summary>What must hold of the network without any reference.</summary>
public class DenoisingUNetTests
{
    private static readonly UNetSettings s_small = new()
    {
        Size = 8, Channels = 1, Outputs = 1, Base = 4, Multipliers = [1, 2], AttentionSizes = [2], HeadChannels = 4, Groups = 2,
    };

    [Fact]
    public void The_published_network_has_as_many_features_as_published()
    {
        UNetSettings published = UNetSettings.Published();
        Assert.Null(published.Problem());
        Assert.Equal(18, published.DecoderBlocks);
        IReadOnlyList<int> blocks = Vision.Diffusion.DiffusionFeatures.DefaultBlocks(published.DecoderBlocks);
        Assert.Equal([5, 6, 7, 8, 12], blocks);
        Assert.Equal(8448, 3 * blocks.Sum(published.DecoderChannels));
    }

    [Fact]
    public void The_small_network_has_about_1_7_million_weights() =>
        Assert.InRange(new DenoisingUNet(new UNetSettings(), default).ParameterCount(), 1_600_000, 1_800_000);

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_network_answers_in_the_size_of_the_picture_and_zero_at_first(bool stacks, bool inBlocks)
    {
        UNetSettings settings = s_small with { StacksPixels = stacks, ResizesInBlocks = inBlocks, AttentionSizes = [4] };
        var network = new DenoisingUNet(settings, new Philox(1));
        using var engine = new ManagedEngine(1);
        using Tape tape = engine.CreateTape(training: false);
        Tensor answer = network.Forward(tape, Noise(tape, 2), [3, 500]);
        Assert.Equal(new Shape(2 * 8 * 8, 1), answer.Shape);
        Assert.All(answer.Data.ToArray(), value => Assert.Equal(0, value));
        var blocks = new List<FeatureMap>();
        network.Decode(tape, Noise(tape, 2), [3, 500], settings.DecoderBlocks - 1, blocks);
        Assert.Equal(settings.DecoderBlocks, blocks.Count);
        for (int i = 0; i < blocks.Count; i++)
        {
            Assert.Equal(settings.DecoderChannels(i), blocks[i].Values.Columns);
            Assert.Equal(2 * blocks[i].Pixels, blocks[i].Values.Rows);
        }
    }

    [Fact]
    public void A_picture_alone_is_a_picture_among_others()
    {
        DenoisingUNet network = Random();
        using var engine = new ManagedEngine(1);
        using Tape tape = engine.CreateTape(training: false);
        float[] both = [.. network.Forward(tape, Noise(tape, 2), [3, 500]).Data];
        tape.Reset();
        Tensor second = tape.Input(new Shape(64, 1));
        float[] pixels = new float[128];
        new Philox(7).FillNormal(pixels);
        pixels.AsSpan(64).CopyTo(second.Data);
        ReferenceNetwork.AssertClose(both.AsSpan(64), network.Forward(tape, second, [500]).Data, 1e-5f);
    }

    [Fact]
    public void The_gradient_of_the_whole_network_is_that_of_central_differences()
    {
        DenoisingUNet network = Random();
        using var engine = new ManagedEngine(1);
        using Tape tape = engine.CreateTape(training: true);
        Tensor Loss()
        {
            tape.Reset();
            Tensor target = tape.Input(new Shape(128, 1));
            new Philox(8).FillNormal(target.Data);
            return tape.MaskedSquaredError(network.Forward(tape, Noise(tape, 2), [3, 500]), target, null);
        }

        tape.Backward(Loss());
        foreach ((string path, Parameter parameter) in network.NamedParameters())
        {
            // One weight of each parameter.
            int place = parameter.Shape.Count / 2;
            float gradient = parameter.Gradient[place], value = parameter.Value[place];
            const float Step = 1e-2f;
            parameter.Update()[place] = value + Step;
            double up = Loss().Data[0];
            parameter.Update()[place] = value - Step;
            double difference = (up - Loss().Data[0]) / (2 * Step);
            parameter.Update()[place] = value;
            Assert.True(Math.Abs(difference - gradient) <= 3e-3 * Math.Max(1, Math.Abs(difference)),
                $"{path}: {gradient} and {difference}");
        }
    }

    [Fact]
    public void Sizes_that_make_no_network_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new DenoisingUNet(s_small with { Size = 6 }, default));
        Assert.Throws<ArgumentException>(() => new DenoisingUNet(s_small with { Channels = 2 }, default));
        Assert.Throws<ArgumentException>(() => new DenoisingUNet(s_small with { Groups = 3 }, default));
        Assert.Throws<ArgumentException>(() => new DenoisingUNet(s_small with { HeadChannels = 3 }, default));
        Assert.Throws<ArgumentException>(() => new DenoisingUNet(s_small with { Multipliers = [] }, default));
    }

    private static DenoisingUNet Random()
    {
        var network = new DenoisingUNet(s_small, new Philox(1));
        ulong place = 0;
        foreach (Parameter parameter in network.Parameters())
            Initializer.Normal(parameter, 0.3f, new Philox(2, place++));
        return network;
    }

    private static Tensor Noise(Tape tape, int pictures)
    {
        Tensor x = tape.Input(new Shape(pictures * 64, 1));
        new Philox(7).FillNormal(x.Data);
        return x;
    }
}
