using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>What 90 % intervals of hidden numbers are worth.</summary>
/// <param name="Coverage">The share that holds the true number; NaN where there are no intervals.</param>
/// <param name="Width">Their mean width, as a share of the column's range.</param>
internal sealed record Intervals(double Coverage, double Width)
{
    public static Intervals Of(TableImputer imputer, Rows rows)
    {
        if (!imputer.IsCalibrated)
            return new Intervals(double.NaN, double.NaN);
        int columns = rows.Truth.Columns.Count, cells = 0, covered = 0;
        double width = 0;
        double[] ranges = [.. Enumerable.Range(0, columns).Select(column => Range(rows.Truth, column))];
        CellUncertainty[] uncertainties = new CellUncertainty[columns];
        double[] completed = new double[columns];
        for (int row = 0; row < rows.Truth.RowCount; row++)
        {
            imputer.Impute(rows.Amputed.Row(row), completed, uncertainties);
            for (int column = 0; column < columns; column++)
            {
                double truth = rows.Truth[row, column];
                if (rows.Truth.Columns[column].Kind != ColumnKind.Numeric || double.IsNaN(truth) || !double.IsNaN(rows.Amputed[row, column]))
                    continue;
                // What is printed with a few digits is inside an interval that ends there.
                double slack = 1e-6 * ranges[column];
                cells++;
                covered += truth >= uncertainties[column].Lower - slack && truth <= uncertainties[column].Upper + slack ? 1 : 0;
                width += (uncertainties[column].Upper - uncertainties[column].Lower) / ranges[column];
            }
        }
        return new Intervals((double)covered / cells, width / cells);
    }

    private static double Range(Table table, int column)
    {
        double[] observed = [.. Enumerable.Range(0, table.RowCount).Select(row => table[row, column]).Where(value => !double.IsNaN(value))];
        return observed.Length == 0 || observed.Max() == observed.Min() ? 1 : observed.Max() - observed.Min();
    }
}
