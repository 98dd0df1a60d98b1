using Microsoft.ML.Diffusion.Models;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>How far a synthetic table is from the real one, by the formulas of SDMetrics: per column the Kolmogorov-Smirnov distance of
/// numbers and the total variation of categories, per pair half the difference of two numbers' correlations and the total variation of
/// all other pairs, numbers in ten bins of equal width of each table's own range.</summary>
/// <param name="Columns">Mean over columns, 0 to 1.</param>
/// <param name="Pairs">Mean over all pairs, 0 to 1.</param>
internal sealed record Fidelity(double Columns, double Pairs)
{
    public static Fidelity Of(Table real, Table synthetic)
    {
        int width = real.Columns.Count;
        double columns = 0, pairs = 0;
        int counted = 0;
        int[][] realBins = [.. Enumerable.Range(0, width).Select(column => Binned(real, column))];
        int[][] syntheticBins = [.. Enumerable.Range(0, width).Select(column => Binned(synthetic, column))];
        for (int a = 0; a < width; a++)
        {
            bool isNumber = real.Columns[a].Kind == ColumnKind.Numeric;
            columns += isNumber
                ? KolmogorovSmirnov(Sorted(real, a), Sorted(synthetic, a))
                : TotalVariation(realBins[a], realBins[a], syntheticBins[a], syntheticBins[a]);
            for (int b = a + 1; b < width; b++)
            {
                bool areNumbers = isNumber && real.Columns[b].Kind == ColumnKind.Numeric;
                double error = areNumbers
                    ? Math.Abs(Correlation(real, a, b) - Correlation(synthetic, a, b)) / 2
                    : TotalVariation(realBins[a], realBins[b], syntheticBins[a], syntheticBins[b]);
                if (double.IsNaN(error))
                    continue;
                pairs += error;
                counted++;
            }
        }
        return new Fidelity(columns / width, pairs / Math.Max(1, counted));
    }

    private static double[] Sorted(Table table, int column) =>
        [.. Enumerable.Range(0, table.RowCount).Select(row => table[row, column]).Where(value => !double.IsNaN(value)).Order()];

    private static double KolmogorovSmirnov(double[] a, double[] b)
    {
        double largest = 0;
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            double value = Math.Min(a[i], b[j]);
            while (i < a.Length && a[i] <= value)
                i++;
            while (j < b.Length && b[j] <= value)
                j++;
            largest = Math.Max(largest, Math.Abs((double)i / a.Length - (double)j / b.Length));
        }
        return largest;
    }

    private static double TotalVariation(int[] realA, int[] realB, int[] syntheticA, int[] syntheticB)
    {
        Dictionary<(int, int), double> difference = [];
        void Add(int[] a, int[] b, double sign)
        {
            for (int row = 0; row < a.Length; row++)
                difference[(a[row], b[row])] = difference.GetValueOrDefault((a[row], b[row])) + sign / a.Length;
        }
        Add(realA, realB, 1);
        Add(syntheticA, syntheticB, -1);
        return difference.Values.Sum(Math.Abs) / 2;
    }

    /// <summary>Categories as they are, numbers in ten bins of equal width; missing is one more.</summary>
    private static int[] Binned(Table table, int column)
    {
        bool isNumber = table.Columns[column].Kind == ColumnKind.Numeric;
        double[] values = Sorted(table, column);
        double minimum = values.Length == 0 ? 0 : values[0], width = values.Length == 0 ? 1 : Math.Max(values[^1] - minimum, 1e-300) / 10;
        int[] bins = new int[table.RowCount];
        for (int row = 0; row < bins.Length; row++)
        {
            double value = table[row, column];
            bins[row] = double.IsNaN(value) ? -1 : isNumber ? (int)((value - minimum) / width) : (int)value;
        }
        return bins;
    }

    private static double Correlation(Table table, int a, int b)
    {
        int[] rows = [.. Enumerable.Range(0, table.RowCount).Where(row => !double.IsNaN(table[row, a]) && !double.IsNaN(table[row, b]))];
        double meanA = rows.Average(row => table[row, a]), meanB = rows.Average(row => table[row, b]);
        double ab = rows.Sum(row => (table[row, a] - meanA) * (table[row, b] - meanB));
        double aa = rows.Sum(row => Math.Pow(table[row, a] - meanA, 2)), bb = rows.Sum(row => Math.Pow(table[row, b] - meanB, 2));
        return ab / Math.Sqrt(aa * bb);
    }
}
