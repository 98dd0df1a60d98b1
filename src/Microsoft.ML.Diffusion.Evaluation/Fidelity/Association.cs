namespace Microsoft.ML.Diffusion.Evaluation.Fidelity;

/// <summary>How strongly two columns go together.</summary>
internal static class Association
{
    /// <summary>Pearson's correlation over the places where both have a value; NaN where either is constant there.</summary>
    public static double Pearson(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        double meanFirst = 0, meanSecond = 0;
        int count = 0;
        for (int i = 0; i < first.Length; i++)
        {
            if (double.IsNaN(first[i]) || double.IsNaN(second[i]))
                continue;
            count++;
            meanFirst += first[i];
            meanSecond += second[i];
        }

        meanFirst /= count;
        meanSecond /= count;
        double both = 0, squaresFirst = 0, squaresSecond = 0;
        for (int i = 0; i < first.Length; i++)
        {
            double a = first[i] - meanFirst, b = second[i] - meanSecond;
            if (double.IsNaN(a) || double.IsNaN(b))
                continue;
            both += a * b;
            squaresFirst += a * a;
            squaresSecond += b * b;
        }

        return squaresFirst > 0 && squaresSecond > 0 ? Math.Clamp(both / Math.Sqrt(squaresFirst) / Math.Sqrt(squaresSecond), -1, 1) : double.NaN;
    }

    /// <summary>The correlation ratio eta of a number and a category: the root of the share of the number's variance that lies between
    /// the categories. NaN where either is constant.</summary>
    public static double CorrelationRatio(ColumnCells number, ColumnCells category)
    {
        int categories = category.Column.Categories.Count, rows = 0;
        double[] sums = new double[categories];
        int[] counts = new int[categories];
        double mean = 0;
        for (int row = 0; row < number.Values.Length; row++)
        {
            double value = number.Values[row], code = category.Values[row];
            if (double.IsNaN(value) || double.IsNaN(code))
                continue;
            sums[(int)code] += value;
            counts[(int)code]++;
            mean += value;
            rows++;
        }

        mean /= rows;
        double between = 0, total = 0;
        for (int code = 0; code < categories; code++)
            between += counts[code] == 0 ? 0 : counts[code] * Squared((sums[code] / counts[code]) - mean);
        for (int row = 0; row < number.Values.Length; row++)
        {
            double value = number.Values[row];
            total += double.IsNaN(value) || double.IsNaN(category.Values[row]) ? 0 : Squared(value - mean);
        }

        return total > 0 && counts.Count(count => count > 0) > 1 ? Math.Sqrt(Math.Min(1, between / total)) : double.NaN;
    }

    private static double Squared(double value) => value * value;
}
