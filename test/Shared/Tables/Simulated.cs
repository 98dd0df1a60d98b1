using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Testing;

/// <summary>Tables whose conditional distributions are known.</summary>
internal static class Simulated
{
    /// <summary>Correlation of the two numbers of <see cref="Pairs"/>.</summary>
    public const double Correlation = 0.8;

    /// <summary>Mean and deviation of "y" in <see cref="Pairs"/>; "x" is standard normal.</summary>
    public const double MeanOfY = 10, DeviationOfY = 3;

    /// <summary>Probability that "sign" is "plus" when x is positive; "minus" when it is negative.</summary>
    public const double SignIsRight = 0.9;

    public static readonly IReadOnlyList<TableColumn> Columns =
        [TableColumn.Numeric("x"), TableColumn.Numeric("y"), TableColumn.Categorical("sign", "minus", "plus")];

    /// <summary>x standard normal; y normal and correlated with it; sign follows the sign of x nine times out of ten.</summary>
    public static Table Pairs(int rows, ulong seed = 1)
    {
        Table table = new(Columns, rows);
        var random = new Philox(seed);
        for (int row = 0; row < rows; row++)
        {
            Philox own = random.Fork((ulong)row);
            double x = own.Normal(0);
            table[row, 0] = x;
            table[row, 1] = MeanOfY + DeviationOfY * (Correlation * x + Math.Sqrt(1 - Correlation * Correlation) * own.Normal(64));
            table[row, 2] = (x > 0) == (own.Uniform(128) < SignIsRight) ? 1 : 0;
        }
        return table;
    }

    /// <summary>Root mean squared error of a column over the cells that one table lacks.</summary>
    public static double Error(Table truth, Table amputed, Table filled, int column)
    {
        double sum = 0;
        int count = 0;
        for (int row = 0; row < truth.RowCount; row++)
        {
            if (!double.IsNaN(amputed[row, column]))
                continue;
            sum += Math.Pow(filled[row, column] - truth[row, column], 2);
            count++;
        }
        return Math.Sqrt(sum / count);
    }

    /// <summary>Share of the cells of a column that one table lacks and the other has right.</summary>
    public static double Accuracy(Table truth, Table amputed, Table filled, int column)
    {
        int[] rows = [.. Enumerable.Range(0, truth.RowCount).Where(row => double.IsNaN(amputed[row, column]))];
        return rows.Average(row => filled[row, column] == truth[row, column] ? 1.0 : 0.0);
    }

    public static int Missing(Table table, int column) =>
        Enumerable.Range(0, table.RowCount).Count(row => double.IsNaN(table[row, column]));

    /// <summary>The bits of every cell, to compare tables exactly.</summary>
    public static long[] Bits(Table table) =>
        [.. Enumerable.Range(0, table.RowCount).SelectMany(row => table.Row(row).ToArray()).Select(BitConverter.DoubleToInt64Bits)];
}
