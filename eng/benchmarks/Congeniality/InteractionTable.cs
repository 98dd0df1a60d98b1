using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>A table whose analysis has what a linear imputation model lacks: an interaction and the effect of a group,
/// y = 1 + x + z + x z / 2 + group + noise. x is missing more often the larger y is and the smaller z: at random given what is always
/// there, and depending on the outcome.</summary>
internal static class InteractionTable
{
    /// <summary>Of the intercept, x, z, their product, and the second and third group.</summary>
    public static readonly double[] Coefficients = [1, 1, 1, 0.5, 0.5, 1];

    /// <summary>What the coefficients belong to.</summary>
    public static readonly string[] CoefficientNames = ["intercept", "x", "z", "x z", "group b", "group c"];

    private const int X = 0, Z = 1, Group = 2, Y = 3;
    private const double Correlation = 0.5;

    private static readonly TableColumn[] s_columns =
        [TableColumn.Numeric("x"), TableColumn.Numeric("z"), TableColumn.Categorical("group", "a", "b", "c"), TableColumn.Numeric("y")];

    private static readonly TableColumn[] s_design =
        [.. new[] { "x", "z", "x z", "group b", "group c", "y" }.Select(TableColumn.Numeric)];

    public static (Table Complete, Table Incomplete) Make(int rows, ulong seed)
    {
        Table complete = new(s_columns, rows), incomplete = new(s_columns, rows);
        var random = new Philox(seed, 2);
        for (int row = 0; row < rows; row++)
        {
            Philox own = random.Fork((ulong)row);
            double z = own.Normal(0);
            double x = (Correlation * z) + (Math.Sqrt(1 - (Correlation * Correlation)) * own.Normal(64));
            int group = own.Below(128, 3);
            double y = 1 + x + z + (0.5 * x * z) + (0.5 * group) + own.Normal(192);
            (complete[row, X], complete[row, Z], complete[row, Group], complete[row, Y]) = (x, z, group, y);
            complete.Row(row).CopyTo(incomplete.Row(row));
            // About two fifths.
            double logit = -1.3 + (0.5 * y) - (0.5 * z);
            if (own.Uniform(256) < 1 / (1 + Math.Exp(-logit)))
                incomplete[row, X] = double.NaN;
        }
        return (complete, incomplete);
    }

    /// <summary>The regression of y on everything else. Rows with a missing cell are left out.</summary>
    public static Regression Analyse(Table table)
    {
        var design = new Table(s_design, table.RowCount);
        for (int row = 0; row < table.RowCount; row++)
        {
            double x = table[row, X], z = table[row, Z], group = table[row, Group];
            double[] cells = [x, z, x * z, group == 1 ? 1 : 0, group == 2 ? 1 : 0, table[row, Y]];
            cells.CopyTo(design.Row(row));
        }
        return Regression.Of(design);
    }
}
