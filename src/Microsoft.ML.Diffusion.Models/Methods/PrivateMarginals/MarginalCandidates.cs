using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.PrivateMarginals;

/// <summary>The marginals that may be measured, and how far the model is from each.</summary>
internal sealed class MarginalCandidates
{
    // How often a row that is drawn from the model may be looked at, so that a round takes about a second at most.
    private const double MostLooks = 1e8;
    private const int FewestRows = 10_000, MostRows = 300_000, RowsPerTask = 4096;

    private readonly ushort[][] _cells;
    private readonly int[] _sizes;
    private readonly CliqueTable[] _tables;
    private readonly int[]?[] _exact;

    /// <param name="cells">The state of every column in every row.</param>
    /// <param name="sizes">The number of states of every column.</param>
    /// <param name="label">The column that is preferred; null for none.</param>
    /// <param name="mostCells">The most cells of a marginal.</param>
    public MarginalCandidates(ushort[][] cells, int[] sizes, int? label, int mostCells)
    {
        (_cells, _sizes) = (cells, sizes);
        var sets = new List<int[]>();
        for (int a = 0; a < sizes.Length; a++)
        {
            sets.Add([a]);
            for (int b = a + 1; b < sizes.Length; b++)
            {
                sets.Add([a, b]);
                if (label is int y && y != a && y != b)
                    sets.Add([.. new[] { a, b, y }.Order()]);
            }
        }
        Sets = [.. sets.Where(set => set.Aggregate(1.0, (product, column) => product * sizes[column]) <= mostCells)];
        _tables = [.. Sets.Select(set => new CliqueTable(set, sizes))];
        _exact = new int[Sets.Length][];
        Weights = [.. Sets.Select(set => label is int y && set.Contains(y) ? 1.0 : 0.5)];
    }

    /// <summary>The columns of each, ascending.</summary>
    public int[][] Sets { get; }

    /// <summary>How much each counts, at most 1.</summary>
    public double[] Weights { get; }

    /// <summary>How many cells one has.</summary>
    public int CellsOf(int candidate) => _tables[candidate].Cells;

    /// <summary>The exact counts of one; they must go nowhere but through the ledger.</summary>
    public int[] Count(int candidate) => _exact[candidate] ??= Count(_tables[candidate], _cells, _cells[0].Length);

    /// <summary>How far the counts of the model are from those of the rows, in absolute differences; a row changes each by 1 at
    /// most.</summary>
    /// <param name="model">The model.</param>
    /// <param name="seed">Of the rows that stand for it.</param>
    /// <param name="candidates">Of which.</param>
    /// <param name="cancel">Stops it.</param>
    public double[] Errors(MarginalModel model, ulong seed, int[] candidates, CancellationToken cancel)
    {
        int rows = (int)Math.Clamp(Math.Min(4 * model.Total, MostLooks / candidates.Length), FewestRows, MostRows);
        ushort[][] drawn = Draw(new RowTree(model.Measurements, _sizes, new bool[_sizes.Length][]), rows, seed, cancel);
        double[] errors = new double[candidates.Length];
        double scale = model.Total / rows;
        ParallelLoop.Run(candidates.Length, i =>
        {
            int[] exact = Count(candidates[i]), made = Count(_tables[candidates[i]], drawn, rows);
            for (int cell = 0; cell < exact.Length; cell++)
                errors[i] += Math.Abs(exact[cell] - (scale * made[cell]));
        }, cancel: cancel);
        return errors;
    }

    private ushort[][] Draw(RowTree tree, int rows, ulong seed, CancellationToken cancel)
    {
        ushort[][] drawn = [.. _sizes.Select(_ => new ushort[rows])];
        ParallelLoop.Run((rows + RowsPerTask - 1) / RowsPerTask, task =>
        {
            int[] states = new int[_sizes.Length];
            for (int row = task * RowsPerTask; row < Math.Min(rows, (task + 1) * RowsPerTask); row++)
            {
                tree.Draw(states, new Philox(seed, (ulong)row));
                for (int column = 0; column < states.Length; column++)
                    drawn[column][row] = (ushort)states[column];
            }
        }, cancel: cancel);
        return drawn;
    }

    private static int[] Count(CliqueTable table, ushort[][] cells, int rows)
    {
        int[] counts = new int[table.Cells];
        ushort[] first = cells[table.Columns[0]];
        switch (table.Columns.Length)
        {
            case 1:
                for (int row = 0; row < rows; row++)
                    counts[first[row]]++;
                break;
            case 2:
                ushort[] second = cells[table.Columns[1]];
                int size = table.Sizes[1];
                for (int row = 0; row < rows; row++)
                    counts[(first[row] * size) + second[row]]++;
                break;
            default:
                ushort[] middle = cells[table.Columns[1]], last = cells[table.Columns[2]];
                (int sizeOfMiddle, int sizeOfLast) = (table.Sizes[1], table.Sizes[2]);
                for (int row = 0; row < rows; row++)
                    counts[(((first[row] * sizeOfMiddle) + middle[row]) * sizeOfLast) + last[row]]++;
                break;
        }
        return counts;
    }
}
