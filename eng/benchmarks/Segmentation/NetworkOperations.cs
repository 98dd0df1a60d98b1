using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Network;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Floating-point operations of the layers of a <see cref="DenoisingUNet"/> for one picture: two for each product of a weight, and
/// of attention, that is added up. What runs over elements (normalisations, activations) is not counted.</summary>
internal static class NetworkOperations
{
    private const int Neighbours = 9;

    // A tile of 2 x 2 pixels takes 16 products in place of 36.
    private const double TileShare = 16.0 / 36;

    /// <summary>Operations of a picture on its way through the network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="byTiles">Whether convolutions are counted as they are done, by tiles; otherwise as nine products a pixel.</param>
    public static double Forward(DenoisingUNet network, bool byTiles)
    {
        UNetSettings settings = network.Settings;
        int[] down = [.. DownSizes(settings)], up = [.. UpSizes(settings)];
        double sum = 0;
        foreach ((string path, Parameter weight) in network.NamedParameters())
        {
            if (weight.Shape.Rank < 2)
                continue;
            double pixels = Square(SizeOf(path));
            double products = pixels * weight.Shape.Count;
            bool isConvolution = path.Contains("in_layers.2.", StringComparison.Ordinal)
                || path.Contains("out_layers.3.", StringComparison.Ordinal);
            sum += 2 * products * (byTiles && isConvolution ? TileShare : 1);
            // Scores and sums of values: each picture's pixels with each other.
            if (path.EndsWith("qkv.weight", StringComparison.Ordinal))
                sum += 2 * 2 * pixels * pixels * weight.Shape.Rows;
        }

        return sum;

        int SizeOf(string path)
        {
            string[] parts = path.Split('.');
            return parts.Contains("emb_layers", StringComparer.Ordinal) ? 1 : parts[0] switch
            {
                "time_embed" => 1,
                "input_blocks" => down[int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture)],
                "output_blocks" => up[int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture)],
                "out" => settings.FirstSize,
                _ => down[^1],
            };
        }
    }

    /// <summary>Operations of a picture in training: forward, for the gradients of weights, and for those of what goes into each layer but
    /// the first.</summary>
    /// <inheritdoc cref="Forward"/>
    public static double Training(DenoisingUNet network, bool byTiles)
    {
        UNetSettings settings = network.Settings;
        int inputs = (settings.StacksPixels ? 4 : 1) * settings.Channels, outputs = settings.Base * settings.Multipliers[0];
        double first = 2.0 * Square(settings.FirstSize) * Neighbours * inputs * outputs;
        return (3 * Forward(network, byTiles)) - first;
    }

    private static IEnumerable<int> DownSizes(UNetSettings settings)
    {
        int size = settings.FirstSize;
        yield return size;
        for (int level = 0; level < settings.Multipliers.Count; level++)
        {
            if (level > 0)
                yield return size /= 2;
            for (int i = 0; i < settings.BlocksPerLevel; i++)
                yield return size;
        }
    }

    private static IEnumerable<int> UpSizes(UNetSettings settings)
    {
        for (int level = settings.Multipliers.Count - 1; level >= 0; level--)
        {
            for (int i = 0; i <= settings.BlocksPerLevel; i++)
                yield return settings.FirstSize >> level;
        }
    }

    private static double Square(int size) => (double)size * size;
}
