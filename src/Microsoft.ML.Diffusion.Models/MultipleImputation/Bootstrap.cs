using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.MultipleImputation;

/// <summary>Samples of the rows of a table. Models that are trained on different ones differ by about as much as what the rows leave
/// open about the model, which multiple imputation has to show (Rubin 1987, section 4.3; Little and Rubin 2002, section 10.2.3).</summary>
public static class Bootstrap
{
    // A column with one observed value is left out of a sample with probability 1 / e, so this many fail once in 10^43.
    private const int Attempts = 100;

    // A random sequence that the training of a model with the same seed does not use: its networks are numbered from 0.
    private const ulong Stream = ulong.MaxValue;

    /// <summary>As many rows as there are, drawn with replacement. A sample that has no value of a column of which there are some is
    /// drawn anew, as its model could not fill in that column.</summary>
    /// <param name="table">The rows; left as they are.</param>
    /// <param name="seed">The same seed draws the same rows.</param>
    public static Table Sample(Table table, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(table);
        return Rows(table, seed) is { } rows ? table.Take(rows) : table.Clone();
    }

    /// <inheritdoc cref="Sample(Table, ulong)"/>
    /// <remarks>The sample shares the cells of the table.</remarks>
    public static CompactTable Sample(CompactTable table, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(table);
        return Rows(table, seed) is { } rows ? table.Take(rows) : table;
    }

    /// <summary>The rows of a sample; null where so many columns are all but empty that no sample has them all.</summary>
    private static int[]? Rows(ITableRows table, ulong seed)
    {
        var random = new Philox(seed, Stream);
        int[] rows = [.. Enumerable.Range(0, table.RowCount)];
        bool[] needed = Observed(table, rows);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            Philox own = random.Fork((ulong)attempt);
            for (int row = 0; row < rows.Length; row++)
                rows[row] = own.Below((ulong)row, rows.Length);
            if (Observed(table, rows).AsSpan().SequenceEqual(needed))
                return rows;
        }

        return null;
    }

    private static bool[] Observed(ITableRows table, int[] rows)
    {
        bool[] observed = new bool[table.Columns.Count];
        for (int i = 0; i < observed.Length; i++)
            observed[i] = Array.Exists(rows, row => !double.IsNaN(table[row, i]));
        return observed;
    }
}
