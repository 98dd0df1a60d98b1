using Microsoft.ML.Diffusion.Core.Threading;

namespace Microsoft.ML.Diffusion.Evaluation.Fidelity;

/// <summary>Tables of a figure for every pair of columns.</summary>
internal static class SymmetricMatrix
{
    public static double[][] New(int size, double diagonal)
    {
        double[][] matrix = [.. Enumerable.Range(0, size).Select(_ => new double[size])];
        for (int i = 0; i < size; i++)
            matrix[i][i] = diagonal;
        return matrix;
    }

    /// <summary>Calls for every pair (a, b) with a &lt; b, from several threads.</summary>
    public static void ForEachPair(int size, Action<int, int> action) => ParallelLoop.Run(size * (size - 1) / 2, pair =>
    {
        // Row b of the lower triangle holds the pairs from b (b - 1) / 2 on.
        int b = (int)((1 + Math.Sqrt(1 + (8.0 * pair))) / 2);
        while (b * (b - 1) / 2 > pair)
            b--;
        while (b * (b + 1) / 2 <= pair)
            b++;
        action(pair - (b * (b - 1) / 2), b);
    });
}
