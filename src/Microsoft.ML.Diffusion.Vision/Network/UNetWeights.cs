using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Vision.Network;

/// <summary>Puts weights that PyTorch has saved into a <see cref="DenoisingUNet"/>.</summary>
internal static class UNetWeights
{
    private const int KernelPixels = 9;

    /// <summary>Sets every parameter.</summary>
    /// <param name="network">A network of the same sizes.</param>
    /// <param name="weights">The weights, by their paths.</param>
    /// <param name="prefix">What the paths begin with in the file.</param>
    /// <exception cref="InvalidDataException">A parameter is missing, of another shape, or not finite; or the file has more of
    /// them.</exception>
    public static void Load(DenoisingUNet network, IReadOnlyDictionary<string, NamedTensor> weights, string prefix = "")
    {
        Dictionary<string, int> heads =
            network.AttentionHeads().ToDictionary(layer => layer.Path, layer => layer.Heads, StringComparer.Ordinal);
        int found = 0;
        foreach ((string path, Parameter parameter) in network.NamedParameters())
        {
            if (!weights.TryGetValue(prefix + path, out NamedTensor? tensor))
                throw new InvalidDataException($"The weights have no '{path}', which a network of these sizes needs.");
            float[] values = tensor.ToSingles();
            if (!Array.TrueForAll(values, float.IsFinite))
                throw new InvalidDataException($"A weight of '{path}' is not a finite number.");
            int layers = heads.GetValueOrDefault(path[..path.LastIndexOf('.')]);
            Copy(path, tensor.Shape, values, parameter, layers);
            found++;
        }

        int given = weights.Keys.Count(name => name.StartsWith(prefix, StringComparison.Ordinal));
        if (given != found)
            throw new InvalidDataException($"There are {given} weights, and a network of these sizes has {found}.");
    }

    private static void Copy(string path, IReadOnlyList<long> shape, float[] values, Parameter parameter, int heads)
    {
        // PyTorch has [outputs, inputs], and the pixels of a kernel last; here a weight is [pixels times inputs, outputs].
        int outputs = parameter.Shape.Columns, rows = parameter.Shape.Rank == 1 ? 1 : parameter.Shape.Rows;
        bool isKernel = shape.Count == 4 && shape[2] == 3 && shape[3] == 3;
        int pixels = isKernel ? KernelPixels : 1, inputs = rows / pixels;
        bool fits = parameter.Shape.Rank == 1
            ? shape.Count == 1 && shape[0] == outputs
            : shape.Count >= 2 && shape[0] == outputs && shape[1] == inputs && rows % pixels == 0
                && (isKernel || shape.Skip(2).All(extent => extent == 1));
        if (!fits)
            throw new InvalidDataException($"The weight '{path}' is {string.Join('x', shape)}, and the network's is {parameter.Shape}.");
        Span<float> target = parameter.Update();
        for (int output = 0; output < outputs; output++)
        {
            int column = heads == 0 ? output : Column(output, outputs / 3, heads);
            for (int input = 0; input < inputs; input++)
            {
                for (int pixel = 0; pixel < pixels; pixel++)
                    target[(((pixel * inputs) + input) * outputs) + column] = values[(((output * inputs) + input) * pixels) + pixel];
            }
        }
    }

    /// <summary>Where a column of queries, keys and values goes: published weights have them head by head.</summary>
    private static int Column(int output, int channels, int heads)
    {
        int width = channels / heads, head = output / (3 * width), part = output / width % 3;
        return (part * channels) + (head * width) + (output % width);
    }
}
