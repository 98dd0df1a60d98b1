using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Tables with the columns of real ones; what they hold does not matter to speed.</summary>
internal static class SimulatedTables
{
    // Of the adult table: categories of each of its categorical columns.
    private static readonly int[] s_categories = [9, 16, 7, 15, 6, 5, 2, 42, 2];

    private static readonly Dictionary<(int Rows, int Columns), Table> s_made = [];

    /// <summary>Six numbers and nine categories, as Census (adult) has.</summary>
    public static Table Census(int rows)
    {
        TableColumn[] columns =
        [
            .. Enumerable.Range(0, 6).Select(i => TableColumn.Numeric($"n{i}")),
            .. s_categories.Select((count, i) => TableColumn.Categorical($"c{i}", [.. Enumerable.Range(0, count).Select(k => $"{k}")])),
        ];
        return Fill(columns, rows, (own, column) =>
            column < 6 ? own.Normal((ulong)column * 64) : own.Below((ulong)column * 64, s_categories[column - 6]));
    }

    /// <summary>Zeros and ones.</summary>
    public static Table Records(int rows, int codes)
    {
        TableColumn[] columns = [.. Enumerable.Range(0, codes).Select(i => TableColumn.Numeric($"code{i}"))];
        return Fill(columns, rows, (own, column) => own.Uniform((ulong)column) < 0.1 ? 1 : 0);
    }

    private static Table Fill(TableColumn[] columns, int rows, Func<Philox, int, double> value)
    {
        if (s_made.TryGetValue((rows, columns.Length), out Table? table))
            return table;
        s_made.Add((rows, columns.Length), table = new(columns, rows));
        for (int row = 0; row < rows; row++)
        {
            Philox own = new(1, (ulong)row);
            for (int column = 0; column < columns.Length; column++)
                table[row, column] = value(own, column);
        }
        return table;
    }
}
