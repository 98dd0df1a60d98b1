using Microsoft.ML.Diffusion.Testing;
using Microsoft.ML.Diffusion.Vision.Network;

namespace Microsoft.ML.Diffusion.Vision.Tests;

/// <summary>What the published code's own network gave on weights of ours (../shared/peers/seg).</summary>
internal static class ReferenceNetwork
{
    public const string File = "../peers/seg/reference.safetensors";

    public static UNetSettings Settings { get; } = new()
    {
        Size = 16, Channels = 3, Outputs = 6, Base = 32, Multipliers = [1, 2], BlocksPerLevel = 1, AttentionSizes = [8], HeadChannels = 32,
        Groups = 32, ResizesInBlocks = true, StacksPixels = false,
    };

    public static IReadOnlyDictionary<string, NamedTensor> Read() => SafeTensors.Read(System.IO.File.ReadAllBytes(RealData.PathOf(File)));

    public static DenoisingUNet Network(IReadOnlyDictionary<string, NamedTensor> tensors)
    {
        var network = new DenoisingUNet(Settings, default);
        UNetWeights.Load(
            network,
                tensors.Where(t => t.Key.StartsWith("weight/", StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal), "weight/");
        return network;
    }

    /// <summary>[pictures, channels, height, width] as pixels with their channels side by side.</summary>
    public static float[] Pixels(NamedTensor tensor)
    {
        float[] planes = tensor.ToSingles(), pixels = new float[planes.Length];
        int area = (int)(tensor.Shape[^1] * tensor.Shape[^2]), channels = (int)tensor.Shape[^3];
        for (int i = 0; i < planes.Length; i++)
        {
            int picture = i / (area * channels), channel = i / area % channels, pixel = i % area;
            pixels[(((picture * area) + pixel) * channels) + channel] = planes[i];
        }

        return pixels;
    }

    public static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, float tolerance = 1e-4f)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"Number {i} is {actual[i]}, and should be {expected[i]}.");
    }
}
