using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Models.Neighbors;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Privacy;

/// <summary>Distances to the closest and second closest of many rows, with numbers scaled by the real table's minimum and maximum. The
/// figures have the same bits whatever the vector width and the number of threads.</summary>
internal static class ClosestRows
{
    /// <summary>Scales rows of a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rows">Which rows.</param>
    /// <param name="minimum">Of every column; taken off.</param>
    /// <param name="scale">Of every column; multiplied by.</param>
    public static RowBlocks Scaled(Table table, int[] rows, double[] minimum, double[] scale)
    {
        var scaled = new RowBlocks(rows.Length, table.Columns.Count);
        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<double> row = table.Row(rows[i]);
            for (int column = 0; column < row.Length; column++)
            {
                scaled[i, column] = table.Columns[column].Holds(row[column])
                    ? (float)((row[column] - minimum[column]) * scale[column]) : float.NaN;
            }
        }

        return scaled;
    }

    /// <summary>Finds them.</summary>
    /// <param name="from">The rows to find neighbours of.</param>
    /// <param name="to">The rows among which they are looked for, at least one.</param>
    /// <param name="isNumeric">Of every column.</param>
    /// <param name="cancel">Stops the search.</param>
    /// <returns>Euclidean distances, of which the second is infinite where there is but one row, and which row is the closest.</returns>
    public static (double[] First, double[] Second, int[] Closest) Find(
        RowBlocks from, RowBlocks to, bool[] isNumeric, CancellationToken cancel)
    {
        double[] first = new double[from.RowCount], second = new double[from.RowCount];
        int[] closest = new int[from.RowCount];
        ParallelLoop.Run(from.RowCount, () =>
        {
            var memory = new Memory(from.Width);
            return row =>
            {
                from.CopyRow(row, memory.Own);
                var nearest = new NearestRows(memory.Rows, memory.Distances);
                nearest.Search(memory.Own, isNumeric, to, except: -1, memory.Sums);
                closest[row] = memory.Rows[0];
                first[row] = Math.Sqrt(memory.Distances[0]);
                second[row] = nearest.Count > 1 ? Math.Sqrt(memory.Distances[1]) : double.PositiveInfinity;
            };
        }, cancel: cancel);
        return (first, second, closest);
    }

    /// <summary>What one thread needs.</summary>
    private sealed class Memory(int width)
    {
        public float[] Own { get; } = new float[width];

        public float[] Sums { get; } = new float[RowBlocks.BlockRows];

        public int[] Rows { get; } = new int[2];

        public float[] Distances { get; } = new float[2];
    }
}
