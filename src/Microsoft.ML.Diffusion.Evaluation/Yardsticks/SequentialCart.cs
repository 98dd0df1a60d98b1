using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Evaluation.Yardsticks;

/// <summary>Rows made column after column: each cell is that of a real row in the same leaf of a tree that knows the columns before it
/// (Reiter 2005; Nowok, Raab and Dibben 2016, synthpop). A strong yardstick of likeness that hands out real values.</summary>
public static class SequentialCart
{
    private const ulong Stream = 0x4361_7274;

    /// <summary>Makes rows.</summary>
    /// <param name="real">The rows to learn from, at least one; cells may be missing, and are as often and together in what is
    /// made.</param>
    /// <param name="rowCount">How many rows to make, 0 or more.</param>
    /// <param name="seed">Seed of the random numbers.</param>
    /// <param name="cancel">Stops the work between two columns.</param>
    /// <exception cref="InvalidDataException">The table has no rows.</exception>
    public static Table Make(Table real, int rowCount, ulong seed = 0, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        real.RefuseNoRows();
        int width = real.Columns.Count;
        double[][] columns = [.. Enumerable.Range(0, width).Select(i =>
            Enumerable.Range(0, real.RowCount).Select(row => real[row, i]).ToArray())];
        int[] categories = [.. real.Columns.Select(column => column.Categories.Count)];
        var trees = new ColumnTrees[width];
        // What a column's trees know are the real cells of the columns before.
        ParallelLoop.Run(width, i => trees[i] = ColumnTrees.Grow(columns[..i], categories[..i], columns[i], categories[i]), cancel: cancel);
        double[][] made = [.. Enumerable.Range(0, width).Select(_ => new double[rowCount])];
        ParallelLoop.Run(rowCount, row =>
        {
            var random = new Philox(seed, Stream).Fork((ulong)row);
            for (int i = 0; i < width; i++)
                made[i][row] = columns[i][trees[i].Donor(made, row, random, (ulong)i)];
        }, cancel: cancel);
        var table = new Table(real.Columns, rowCount);
        for (int row = 0; row < rowCount; row++)
        {
            for (int i = 0; i < width; i++)
                table[row, i] = made[i][row];
        }
        return table;
    }

    /// <summary>The trees of one column: of numbers with missing cells, one says whether the cell is missing and one its value.</summary>
    private sealed record ColumnTrees(CartTree Values, CartTree? Missing, bool[] IsMissing)
    {
        public static ColumnTrees Grow(double[][] known, int[] categories, double[] column, int count)
        {
            int[] all = [.. Enumerable.Range(0, column.Length)];
            if (count > 0)
            {
                int[] codes = [.. column.Select(value => double.IsNaN(value) ? count : (int)value)];
                return new(CartTree.Grow(known, categories, CartTarget.OfClasses(codes, count + 1), all), null, []);
            }
            bool[] isMissing = [.. column.Select(double.IsNaN)];
            int[] observed = Array.FindAll(all, row => !isMissing[row]);
            if (observed.Length == column.Length)
                return new(CartTree.Grow(known, categories, CartTarget.OfNumbers(column), all), null, []);
            var whether = CartTarget.OfClasses([.. isMissing.Select(missing => missing ? 1 : 0)], 2);
            CartTree lacks = CartTree.Grow(known, categories, whether, all);
            return observed.Length == 0
                ? new(lacks, null, [])
                : new(CartTree.Grow(known, categories, CartTarget.OfNumbers(column), observed), lacks, isMissing);
        }

        /// <summary>The real row whose cell a made row takes.</summary>
        public int Donor(double[][] made, int row, Philox random, ulong column)
        {
            if (Missing is not null)
            {
                int[] all = Missing.LeafOf(made, row);
                int first = all[random.Below(2 * column, all.Length)];
                if (IsMissing[first])
                    return first;
            }
            int[] leaf = Values.LeafOf(made, row);
            return leaf[random.Below((2 * column) + 1, leaf.Length)];
        }
    }
}
