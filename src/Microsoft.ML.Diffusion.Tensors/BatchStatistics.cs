namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The moving averages of mean and variance that a batch normalisation keeps.</summary>
internal static class BatchStatistics
{
    private const int Columns = 64;

    /// <summary>Moves the averages towards those of a batch.</summary>
    /// <param name="x">[rows, columns], at least two rows.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="mean">The moving averages of the means.</param>
    /// <param name="variance">Those of the variances.</param>
    /// <param name="momentum">The share of the new value.</param>
    internal static void Move(ReadOnlySpan<float> x, int rows, Span<float> mean, Span<float> variance, float momentum)
    {
        int columns = mean.Length;
        Span<double> sums = stackalloc double[Columns], squares = stackalloc double[Columns];
        for (int first = 0; first < columns; first += Columns)
        {
            int count = Math.Min(Columns, columns - first);
            sums.Clear();
            squares.Clear();
            for (int row = 0; row < rows; row++)
            {
                ReadOnlySpan<float> some = x.Slice((row * columns) + first, count);
                for (int i = 0; i < some.Length; i++)
                {
                    double value = some[i];
                    sums[i] += value;
                    squares[i] += value * value;
                }
            }

            for (int i = 0; i < count; i++)
            {
                double average = sums[i] / rows, spread = Math.Max(0, squares[i] - (sums[i] * average)) / (rows - 1);
                mean[first + i] += momentum * ((float)average - mean[first + i]);
                variance[first + i] += momentum * ((float)spread - variance[first + i]);
            }
        }
    }
}
