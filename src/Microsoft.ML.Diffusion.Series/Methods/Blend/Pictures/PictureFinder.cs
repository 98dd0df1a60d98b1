using Microsoft.ML.Diffusion.Series.Data;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;

/// <summary>Finds out whether the variables of series are the pixels of a picture, line after line.</summary>
internal static class PictureFinder
{
    // A side has so many pixels at least; fewer pictures teach a network nothing.
    private const int ShortestSide = 6, FewestPictures = 200;

    // The products that are added up, at most.
    private const double MostWork = 3e8;
    private const int MostSampled = 500;

    // How much more neighbours correlate, at least, than pixels half a line apart; and by which factor less is left of their difference.
    private const double LeastCorrelation = 0.25, LeastMargin = 0.15, LeastRatio = 1.3;

    /// <summary>The picture that the variables make; null where they make none.</summary>
    /// <param name="table">The series.</param>
    /// <param name="asked">Pixels of a line, 0 for no picture; null to find out.</param>
    /// <exception cref="ArgumentException">The variables do not make whole lines of the width that is asked for.</exception>
    public static PictureShape? Find(SeriesTable table, int? asked)
    {
        int variables = table.Variables;
        if (asked is 0)
            return null;
        if (asked is null && (variables < PictureLimits.FewestVariables || table.Items.Sum(series => (long)series.Length) < FewestPictures))
            return null;
        if (asked is { } given)
        {
            return variables % given == 0 && variables > given && given > 1
                ? Of(table, given, PixelRange.Of(table))
                : throw new ArgumentException(
                    $"PictureWidth is {given}, and {variables} variables do not make whole lines of so many pixels.", nameof(asked));
        }
        var range = PixelRange.Of(table);
        if (!range.IsOneKind)
            return null;
        double[] correlations = Correlations(table, range);
        int best = 0;
        double most = 0;
        for (int width = ShortestSide; width <= variables / ShortestSide; width++)
        {
            if (variables % width != 0)
                continue;
            double near = Math.Min(correlations[1], correlations[width]), far = HalfALine(correlations, width);
            bool isPicture = near >= LeastCorrelation && near - far >= LeastMargin && (1 - far) >= LeastRatio * (1 - near);
            if (isPicture && correlations[width] > most)
                (best, most) = (width, correlations[width]);
        }
        return best == 0 ? null : Of(table, best, range);
    }

    private static PictureShape Of(SeriesTable table, int width, PixelRange range) => range.Two is { } two
        ? PictureShape.OfTwo(width, table.Variables / width, two)
        : new PictureShape(width, table.Variables / width, null, range.Mean, range.Deviation);

    /// <summary>The largest correlation of pixels about half a line apart.</summary>
    private static double HalfALine(double[] correlations, int width)
    {
        double most = double.NegativeInfinity;
        for (int offset = (int)(0.4 * width); offset <= (int)(0.6 * width); offset++)
            most = Math.Max(most, correlations[Math.Max(2, offset)]);
        return most;
    }

    /// <summary>How much observed cells of a step correlate that lie so many variables apart, over a sample of steps.</summary>
    private static double[] Correlations(SeriesTable table, PixelRange range)
    {
        int variables = table.Variables, most = variables / 2;
        double[] products = new double[most + 1], squares = new double[most + 1], otherSquares = new double[most + 1];
        long steps = table.Items.Sum(series => (long)series.Length);
        long sampled = Math.Min(steps, Math.Clamp((long)(MostWork / ((double)variables * most)), 20, MostSampled));
        double[] row = new double[variables];
        long next = 0, seen = 0;
        foreach (Data.Series series in table.Items)
        {
            for (int t = 0; t < series.Length; t++, seen++)
            {
                if (seen * sampled < next * steps)
                    continue;
                next++;
                for (int v = 0; v < variables; v++)
                    row[v] = range.Tame(series.Cells[t * variables + v]) - range.Means[v];
                Add(row, products, squares, otherSquares);
            }
        }
        return [.. products.Select((sum, offset) => sum == 0 ? 0 : sum / Math.Sqrt(squares[offset] * otherSquares[offset]))];
    }

    private static void Add(double[] row, double[] products, double[] squares, double[] otherSquares)
    {
        int[] observed = [.. Enumerable.Range(0, row.Length).Where(v => double.IsFinite(row[v]))];
        for (int i = 0; i < observed.Length; i++)
        {
            for (int j = i + 1; j < observed.Length && observed[j] - observed[i] < products.Length; j++)
            {
                int offset = observed[j] - observed[i];
                double own = row[observed[i]], other = row[observed[j]];
                products[offset] += own * other;
                squares[offset] += own * own;
                otherSquares[offset] += other * other;
            }
        }
    }

    /// <summary>What the numbers of all variables are; of two values with a few others, the others are brought between the two.</summary>
    private sealed record PixelRange(
        TwoValues? Two, bool IsOneKind, double Least, double Most, double Mean, double Deviation, double[] Means)
    {
        // So large a share of the variables has at least half of the range of all.
        private const double ShareOfWide = 0.3;

        /// <summary>A number between the least and the largest; NaN stays.</summary>
        public double Tame(double cell) => Math.Clamp(cell, Least, Most);

        public static PixelRange Of(SeriesTable table)
        {
            TwoValues? two = TwoValues.Of(table);
            int width = table.Variables;
            double[] sums = new double[width], least = new double[width], most = new double[width];
            long[] counts = new long[width];
            Array.Fill(least, double.PositiveInfinity);
            Array.Fill(most, double.NegativeInfinity);
            foreach (Data.Series series in table.Items)
            {
                for (int i = 0; i < series.Cells.Length; i++)
                {
                    double cell = series.Cells[i];
                    if (double.IsNaN(cell))
                        continue;
                    if (two is { } values)
                        cell = Math.Clamp(cell, values.Low, values.High);
                    int v = i % width;
                    sums[v] += cell;
                    counts[v]++;
                    least[v] = Math.Min(least[v], cell);
                    most[v] = Math.Max(most[v], cell);
                }
            }
            double mean = sums.Sum() / Math.Max(1, counts.Sum()), square = 0, low = least.Min(), high = most.Max();
            double[] means = [.. sums.Select((sum, v) => counts[v] == 0 ? 0 : sum / counts[v])];
            foreach (Data.Series series in table.Items)
            {
                foreach (double cell in series.Cells)
                    square += double.IsNaN(cell) ? 0 : (cell - mean) * (cell - mean);
            }
            int wide = Enumerable.Range(0, width).Count(v => most[v] - least[v] >= 0.5 * (high - low));
            double deviation = square > 0 ? Math.Sqrt(square / counts.Sum()) : 1;
            return new PixelRange(two, low <= high && wide >= ShareOfWide * width, low, high, mean, deviation, means);
        }
    }
}
