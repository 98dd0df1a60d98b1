using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>Small tables with a column of numbers at the ends of what a double can be, beside a usual one and a category.</summary>
internal static class ExtremeTables
{
    /// <summary>The column of extreme numbers.</summary>
    public const int Extreme = 0;

    private const int Rows = 60;

    // From a place, and a number between 0 and 1 that looks random, to the extreme number.
    private static readonly Dictionary<string, Func<int, double, double>> s_numbers = new(StringComparer.Ordinal)
    {
        ["constant"] = (_, _) => 5,
        ["zeros"] = (_, _) => 0,
        ["largest of both signs"] = (i, _) => i % 2 == 0 ? double.MaxValue : double.MinValue,
        ["spread over all doubles"] = (_, u) => (u - 0.5) * 1.7e308 * 2,
        ["1e308 and small ones"] = (i, u) => i % 3 == 0 ? 1e308 : u,
        ["about 1e160"] = (_, u) => (1 + u) * 1e160,
        ["about 1e-165"] = (_, u) => (1 + u) * 1e-165,
        ["denormal"] = (i, _) => (i % 7 + 1) * double.Epsilon,
        ["1e-300 and 1e300"] = (i, _) => i % 2 == 0 ? 1e-300 : 1e300,
        ["over all powers of ten"] = (i, _) => Math.Pow(10, i % 60 * 10 - 300),
        ["one outlier of 1e300"] = (i, u) => i == 17 ? 1e300 : u,
        ["one outlier below"] = (i, u) => i == 17 ? -1e12 : u,
        ["all equal but one"] = (i, _) => i == 17 ? 6 : 5,
        ["two doubles next to each other"] = (i, _) => i % 2 == 0 ? 1 : Math.BitIncrement(1.0),
        ["two singles next to each other"] = (i, _) => i % 2 == 0 ? 1 : MathF.BitIncrement(1f),
        ["zeros of both signs"] = (i, _) => i % 2 == 0 ? 0.0 : -0.0,
        ["limits of int"] = (i, _) => i % 2 == 0 ? int.MinValue : int.MaxValue,
        ["limits of long"] = (i, _) => i % 2 == 0 ? long.MinValue : long.MaxValue,
        ["whole numbers beyond 2^53"] = (_, u) => 9007199254740992.0 + 2 * Math.Floor(u * 50),
        ["small steps on a large number"] = (_, u) => 1e15 + Math.Floor(u * 8) / 8,
        ["small steps of 1e-9"] = (_, u) => 1 + u * 1e-9,
        ["singles' largest"] = (i, u) => i % 2 == 0 ? float.MaxValue : -float.MaxValue * u,
        ["beyond singles"] = (_, u) => (u - 0.5) * 1e39,
        ["one number observed"] = (i, _) => i == 20 ? 3 : double.NaN,
        ["none observed"] = (_, _) => double.NaN,
    };

    /// <summary>The names of the tables.</summary>
    public static IEnumerable<string> Names => [.. s_numbers.Keys, "one row", "two rows", "two rows that are the same", "a row of nothing"];

    /// <summary>A table, every third cell of the extreme column and some others missing.</summary>
    public static Table Of(string name)
    {
        int rows = name switch
        {
            "one row" => 1,
            "two rows" or "two rows that are the same" => 2,
            _ => Rows,
        };
        Func<int, double, double> number = s_numbers.GetValueOrDefault(name, (i, u) => name == "two rows that are the same" ? 1 : u + i);
        var table = new Table([TableColumn.Numeric("x"), TableColumn.Numeric("y"), TableColumn.Categorical("c", ["a", "b"])], rows);
        for (int row = 0; row < rows; row++)
        {
            double u = row * 0.6180339887498949 % 1;
            table[row, 0] = rows == Rows && row % 3 == 2 ? double.NaN : number(row, u);
            table[row, 1] = rows == Rows && row % 11 == 5 ? double.NaN : Math.Round(10 * (u + row % 5), 2);
            table[row, 2] = rows == Rows && row % 13 == 7 ? double.NaN : row % 4 == 1 ? 1 : 0;
        }
        if (name == "a row of nothing")
            table.Row(9).Fill(double.NaN);
        return table;
    }

    /// <summary>Rows to fill: those of the table, and the first without its numbers.</summary>
    public static Table WithHoles(Table table)
    {
        Table rows = table.Clone();
        rows[0, 0] = rows[0, 1] = double.NaN;
        return rows;
    }

    /// <summary>The smallest and the largest number of a column; NaN where none was observed.</summary>
    public static (double Least, double Most) Range(Table table, int column)
    {
        double[] observed = [.. Enumerable.Range(0, table.RowCount).Select(row => table[row, column]).Where(cell => !double.IsNaN(cell))];
        return observed.Length == 0 ? (double.NaN, double.NaN) : (observed.Min(), observed.Max());
    }
}
