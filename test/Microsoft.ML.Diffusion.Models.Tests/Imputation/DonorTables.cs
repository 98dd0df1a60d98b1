using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>Tables with columns as real ones have them: many zeros, few whole numbers, and what follows from another column.</summary>
internal static class DonorTables
{
    public const int Zeros = 0, Ages = 1, Prices = 2, Kinds = 3;

    private static readonly double[] s_ages = [1, 3, 7, 14, 28, 56, 90];

    // Each kind has a price of its own, which no sum of others is.
    private static readonly double[] s_prices = [0.1, 17.35, 3.3];

    private static readonly IReadOnlyList<TableColumn> s_columns =
    [
        TableColumn.Numeric("zeros"), TableColumn.Numeric("ages"), TableColumn.Numeric("prices"),
        TableColumn.Categorical("kinds", ["a", "b", "c"]),
    ];

    /// <summary>A fifth of the cells is missing; price and kind are missing together.</summary>
    public static Table Make(int rows, ulong seed = 3)
    {
        var table = new Table(s_columns, rows);
        var random = new Philox(seed, 0);
        Span<float> uniform = stackalloc float[8];
        for (int row = 0; row < rows; row++)
        {
            random.Fork((ulong)row).FillUniform(uniform);
            int age = (int)(uniform[0] * s_ages.Length), kind = (int)(uniform[1] * s_prices.Length);
            table[row, Zeros] = age < 3 ? 0 : (uniform[2] * 40.0) + age;
            table[row, Ages] = s_ages[age];
            table[row, Prices] = s_prices[kind];
            table[row, Kinds] = kind;
            if (uniform[3] < 0.2)
                table[row, Zeros] = double.NaN;
            if (uniform[4] < 0.2)
                table[row, Ages] = double.NaN;
            if (uniform[5] < 0.2)
                table[row, Prices] = table[row, Kinds] = double.NaN;
        }
        return table;
    }

    /// <summary>The observed numbers of a column.</summary>
    public static HashSet<double> Observed(Table table, int column) =>
        [.. Enumerable.Range(0, table.RowCount).Select(row => table[row, column]).Where(double.IsFinite)];

    /// <summary>The price of a kind.</summary>
    public static double PriceOf(double kind) => s_prices[(int)kind];
}
