using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Evaluation.Privacy;

/// <summary>Distances to the closest and second closest of many rows. A squared distance is summed over columns in their order, so it has
/// the same bits whatever the vector width and the number of threads.</summary>
internal static class NearestRows
{
    /// <param name="from">The rows to find neighbours of.</param>
    /// <param name="to">The rows among which they are looked for, at least one.</param>
    /// <param name="isNumeric">Of every column.</param>
    /// <param name="cancel">Stops the search.</param>
    /// <returns>Euclidean distances; the second is infinite where there is but one row.</returns>
    public static (double[] First, double[] Second) Find(ScaledRows from, ScaledRows to, bool[] isNumeric, CancellationToken cancel)
    {
        double[] first = new double[from.RowCount], second = new double[from.RowCount];
        Parallel.For(0, from.RowCount, new ParallelOptions { CancellationToken = cancel }, () => new float[ScaledRows.BlockRows], (row, _, sums) =>
        {
            float nearest = float.PositiveInfinity, next = float.PositiveInfinity;
            for (int block = 0; block < to.BlockCount; block++)
            {
                Span<float> distances = sums.AsSpan(0, to.RowsIn(block));
                distances.Clear();
                for (int column = 0; column < to.Width; column++)
                    Add(to.Column(block, column), from.Cell(row, column), isNumeric[column], distances);
                Lowest(distances, ref nearest, ref next);
            }

            first[row] = Math.Sqrt(nearest);
            second[row] = Math.Sqrt(next);
            return sums;
        }, _ => { });
        return (first, second);
    }

    private static void Add(ReadOnlySpan<float> column, float value, bool isNumeric, Span<float> distances)
    {
        Span<Vector<float>> sums = MemoryMarshal.Cast<float, Vector<float>>(distances);
        ReadOnlySpan<Vector<float>> values = MemoryMarshal.Cast<float, Vector<float>>(column);
        Vector<float> own = new(value), one = Vector<float>.One, missing = new(ScaledRows.Missing);
        bool isMissing = value == ScaledRows.Missing;
        if (!isNumeric || isMissing)
        {
            // A category or a missing cell: equal or not.
            for (int i = 0; i < sums.Length; i++)
                sums[i] += Vector.ConditionalSelect(Vector.Equals(values[i], own), Vector<float>.Zero, one);
        }
        else
        {
            for (int i = 0; i < sums.Length; i++)
            {
                Vector<float> difference = values[i] - own;
                sums[i] += Vector.ConditionalSelect(Vector.Equals(values[i], missing), one, difference * difference);
            }
        }

        for (int i = sums.Length * Vector<float>.Count; i < column.Length; i++)
        {
            float difference = column[i] - value;
            distances[i] += column[i] == value ? 0 : !isNumeric || isMissing || column[i] == ScaledRows.Missing ? 1 : difference * difference;
        }
    }

    private static void Lowest(ReadOnlySpan<float> distances, ref float nearest, ref float next)
    {
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(distances);
        Vector<float> first = new(float.PositiveInfinity), second = first;
        foreach (Vector<float> vector in vectors)
        {
            second = Vector.Min(second, Vector.Max(first, vector));
            first = Vector.Min(first, vector);
        }

        for (int lane = 0; lane < Vector<float>.Count; lane++)
        {
            Take(first[lane], ref nearest, ref next);
            Take(second[lane], ref nearest, ref next);
        }

        foreach (float distance in distances[(vectors.Length * Vector<float>.Count)..])
            Take(distance, ref nearest, ref next);
    }

    private static void Take(float distance, ref float nearest, ref float next)
    {
        next = Math.Min(next, Math.Max(nearest, distance));
        nearest = Math.Min(nearest, distance);
    }
}
