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
        var random = new Philox(seed, Stream);
        bool[] needed = Observed(table);
        Table sample = new(table.Columns, table.RowCount);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            Philox own = random.Fork((ulong)attempt);
            for (int row = 0; row < table.RowCount; row++)
                table.Row(own.Below((ulong)row, table.RowCount)).CopyTo(sample.Row(row));
            if (Observed(sample).AsSpan().SequenceEqual(needed))
                return sample;
        }

        // So many columns are all but empty that no sample has them all.
        return table.Clone();
    }

    private static bool[] Observed(Table table)
    {
        bool[] observed = new bool[table.Columns.Count];
        for (int row = 0; row < table.RowCount; row++)
        {
            ReadOnlySpan<double> cells = table.Row(row);
            for (int i = 0; i < cells.Length; i++)
                observed[i] |= !double.IsNaN(cells[i]);
        }

        return observed;
    }
}
