using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Testing;
using Microsoft.ML.Diffusion.Vision.Network;

namespace Microsoft.ML.Diffusion.Vision.Tests.Network;

/// <summary>The sizes of a network are found in its weights.</summary>
public class UNetShapeTests
{
    public static TheoryData<bool, bool, int, int> Sizes() => new()
    {
        { true, false, 1, 3 }, { true, false, 2, 1 }, { false, false, 1, 3 }, { false, true, 1, 1 }, { false, true, 2, 3 },
        { true, true, 1, 3 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_sizes_of_a_network_are_those_that_its_weights_were_made_for(bool resizes, bool stacks, int blocks, int channels)
    {
        var settings = new UNetSettings
        {
            Size = 32, Channels = channels, Outputs = 2 * channels, Base = 8, Multipliers = [1, 2, 3], BlocksPerLevel = blocks,
            AttentionSizes = [stacks ? 8 : 16], HeadChannels = 8, Groups = 4, ResizesInBlocks = resizes, StacksPixels = stacks,
        };
        Dictionary<string, NamedTensor> weights = TorchWeights.Of(new DenoisingUNet(settings, new Philox(3)), "ema.");

        Assert.Equal("ema.", UNetShape.PrefixOf(weights));
        UNetSettings found = UNetShape.Of(weights, "ema.", 32, headChannels: 8, groups: 4);
        Assert.Equal(settings.Multipliers, found.Multipliers);
        Assert.Equal(settings.AttentionSizes, found.AttentionSizes);
        Assert.Equal(settings with { Multipliers = found.Multipliers, AttentionSizes = found.AttentionSizes }, found);
    }

    [RealDataFact(ReferenceNetwork.File)]
    public void The_published_code_s_own_network_is_known_by_its_weights()
    {
        UNetSettings found = UNetShape.Of(ReferenceNetwork.Read(), "weight/", 16, headChannels: 32);
        Assert.Equal(ReferenceNetwork.Settings.Multipliers, found.Multipliers);
        Assert.Equal(ReferenceNetwork.Settings.AttentionSizes, found.AttentionSizes);
        Assert.Equal(ReferenceNetwork.Settings with { Multipliers = found.Multipliers, AttentionSizes = found.AttentionSizes }, found);
    }

    [Fact]
    public void Weights_of_another_network_are_refused()
    {
        var settings = new UNetSettings { Size = 16, Base = 64, Multipliers = [1, 2], Groups = 32, HeadChannels = 64, AttentionSizes = [] };
        Dictionary<string, NamedTensor> weights = TorchWeights.Of(new DenoisingUNet(settings, new Philox(3)));
        Assert.Equal(64, UNetShape.Of(weights, "", 16).Base);

        Refused("time_embed.0.weight", () => UNetShape.PrefixOf(Without("time_embed.0.weight")));
        Refused("'out.2.weight'", () => UNetShape.Of(Without("out.2.weight"), "", 16));
        Refused("levels", () => UNetShape.Of(Without("output_blocks.3.0.in_layers.2.weight"), "", 16));
        Refused("cannot be halved", () => UNetShape.Of(weights, "", 18));
        weights["input_blocks.2.0.op.weight"] = weights["out.2.weight"];
        Refused("convolutions", () => UNetShape.Of(weights, "", 16));

        Dictionary<string, NamedTensor> Without(string path) =>
            weights.Where(pair => pair.Key != path).ToDictionary(StringComparer.Ordinal);

        static void Refused(string part, Func<object> read) =>
            Assert.Contains(part, Assert.Throws<InvalidDataException>(read).Message, StringComparison.Ordinal);
    }
}
