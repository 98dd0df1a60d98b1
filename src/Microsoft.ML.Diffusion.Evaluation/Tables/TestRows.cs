using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Evaluation.Tables;

/// <summary>Splits test rows off a table, by chance.</summary>
internal static class TestRows
{
    private const ulong Stream = 0x5465_7374;

    /// <param name="table">All rows.</param>
    /// <param name="fraction">Share of the test rows, between 0 and 1.</param>
    /// <param name="seed">Decides which rows they are.</param>
    /// <exception cref="InvalidDataException">One of the parts would have no row.</exception>
    public static (Table Learnt, Table Test) SplitOff(Table table, double fraction, ulong seed)
    {
        int count = (int)Math.Round(fraction * table.RowCount);
        if (count == 0 || count == table.RowCount)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"There are {table.RowCount} real rows, too few to split off {fraction:P0} of them as test rows."));
        }

        int[] rows = [.. Enumerable.Range(0, table.RowCount)];
        new Philox(seed, Stream).Shuffle(rows.AsSpan());
        // Each part keeps the order of the table.
        Array.Sort(rows, 0, count);
        Array.Sort(rows, count, rows.Length - count);
        return (table.Take(rows.AsSpan(count)), table.Take(rows.AsSpan(0, count)));
    }
}
