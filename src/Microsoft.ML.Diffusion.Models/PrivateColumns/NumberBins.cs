using Microsoft.ML.Diffusion.Models.Privacy;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.PrivateColumns;

/// <summary>Finds bins of a number under a privacy budget: powers of two that have rows, halved where many rows are.</summary>
/// <remarks>Nothing depends on the rows but through noisy counts: not the range, not the number of decimals, not one edge.</remarks>
/// <param name="cells">The column, NaN where missing.</param>
/// <param name="declared">The range that a person declared; null to find it.</param>
/// <param name="ledger">What counts.</param>
/// <param name="budget">All that the bins may cost.</param>
/// <param name="bins">The most bins.</param>
internal sealed class NumberBins(double[] cells, ValueRange? declared, PrivacyLedger ledger, double budget, int bins)
{
    // Powers of two of numbers that are told apart; numbers beyond count as the last, smaller ones as 0.
    private const int LeastPower = -40, MostPower = 60, Powers = MostPower - LeastPower + 1, Halvings = 6;

    // Of the budget: the powers, the decimals, and each round of halving. What no halving needs is left for the counts.
    private const double PowersShare = 0.15, DecimalsShare = 0.05, HalvingShare = 0.075;

    // Of several hundred empty cells, one in a hundred tables has one above this many deviations of the noise.
    private const double Sure = 4;

    // The same of powers, more carefully: a single one by chance makes numbers a billion times too large.
    private const double SureOfPower = 5;

    // So many parts of bins may be for each bin.
    private const double PartsOfBin = 4;

    // A neighbour with so many times the rows that noise could be is no place for rows that may be none.
    private const double Gap = 4;

    private const string Purpose = "ranges and bins of numbers";

    private double _spent;

    /// <summary>What is left of the budget.</summary>
    public double Left => budget - _spent;

    /// <summary>The number of decimals.</summary>
    public int Decimals { get; private set; }

    /// <summary>Whether the range is declared, or stands out from the noise.</summary>
    public bool IsFound { get; private set; } = true;

    /// <summary>Where the bins begin, ascending, and where the last one ends.</summary>
    public double[] Find()
    {
        for (int i = 0; declared is { } range && i < cells.Length; i++)
            cells[i] = double.IsNaN(cells[i]) ? cells[i] : Math.Clamp(cells[i], range.Minimum, range.Maximum);
        double[] decimals = Count(cells, DecimalsOf, ColumnStates.MostDecimals + 1, DecimalsShare, out double spread);
        // The least number of decimals that all but a hundredth, or what noise makes of none, keep to.
        Decimals = ColumnStates.MostDecimals;
        double more = 0, all = decimals.Sum();
        while (Decimals > 0 && more + decimals[Decimals] <= Math.Max(Sure * spread, 0.01 * all))
            more += decimals[Decimals--];
        double[] powers = Count(cells, PowerOf, (2 * Powers) + 1, PowersShare, out spread);
        double[] edges = EdgesOf(powers, spread);
        for (int round = 0; round < Halvings; round++)
        {
            double[] next = edges;
            double[] counts = Count(cells, value => Place(next, value), edges.Length - 1, HalvingShare, out spread);
            double least = Math.Max(Sure * spread, Math.Max(0, counts.Sum()) / (PartsOfBin * bins));
            edges = Halve(edges, counts, least);
            if (edges.Length == next.Length)
                break;
        }
        return edges;
    }

    /// <summary>The edges without those of bins that noise could be all of, and of at most as many bins as are wanted.</summary>
    /// <param name="edges">The edges.</param>
    /// <param name="counts">Noisy counts; neighbours are added where they are put together.</param>
    /// <param name="deviation">Of the noise.</param>
    /// <param name="most">The most bins.</param>
    /// <param name="parts">How many of the counts each bin that comes out was put together from.</param>
    public static double[] Merge(double[] edges, List<double> counts, double deviation, int most, out List<int> parts)
    {
        List<double> kept = [.. edges];
        parts = [.. Enumerable.Repeat(1, counts.Count)];
        while (counts.Count > 1)
        {
            int smallest = -1;
            for (int i = 0; i < counts.Count; i++)
            {
                // A gap between values that many rows have stays one, as long as there is room.
                double limit = Sure * deviation * Math.Sqrt(parts[i]);
                bool isWorth = counts.Count > most || (counts[i] < limit && counts[Neighbor(counts, i)] < Gap * limit);
                if (isWorth && (smallest < 0 || counts[i] < counts[smallest]))
                    smallest = i;
            }
            if (smallest < 0)
                break;
            int left = Math.Min(smallest, Neighbor(counts, smallest));
            (counts[left], parts[left]) = (counts[left] + counts[left + 1], parts[left] + parts[left + 1]);
            counts.RemoveAt(left + 1);
            parts.RemoveAt(left + 1);
            kept.RemoveAt(left + 1);
        }
        return [.. kept];
    }

    /// <summary>How often each part of a bin is drawn: as often as it was counted where noise could not be all of that; the others of a bin
    /// share what is left by their width.</summary>
    /// <param name="parts">The edges of the parts.</param>
    /// <param name="counts">Their noisy counts.</param>
    /// <param name="bins">The edges of the bins, each one of those of the parts.</param>
    /// <param name="deviation">Of the noise.</param>
    public static double[] WeightsOf(double[] parts, double[] counts, double[] bins, double deviation)
    {
        double[] weights = new double[parts.Length - 1];
        for (int bin = 0; bin < bins.Length - 1; bin++)
        {
            int first = Array.BinarySearch(parts, bins[bin]), behind = Array.BinarySearch(parts, bins[bin + 1]);
            double rest = 0, width = 0;
            for (int i = first; i < behind; i++)
            {
                bool isSure = counts[i] >= Sure * deviation;
                (rest, width) = isSure ? (rest, width) : (rest + counts[i], width + parts[i + 1] - parts[i]);
                weights[i] = isSure ? counts[i] : 0;
            }
            for (int i = first; i < behind; i++)
            {
                if (weights[i] == 0 && rest > 0)
                    weights[i] = rest * ((parts[i + 1] - parts[i]) / width);
            }
        }
        return weights;
    }

    // The one with fewer rows.
    private static int Neighbor(List<double> counts, int i) =>
        i == 0 ? 1 : i == counts.Count - 1 || counts[i - 1] < counts[i + 1] ? i - 1 : i + 1;

    /// <summary>The bin of a number, the nearest one for a number beyond all.</summary>
    /// <param name="edges">Where the bins begin, ascending, and where the last one ends.</param>
    /// <param name="value">The number.</param>
    public static int Place(double[] edges, double value)
    {
        int place = Array.BinarySearch(edges, value);
        return Math.Clamp(place >= 0 ? place : ~place - 1, 0, edges.Length - 2);
    }

    private double[] Count(double[] values, Func<double, int> placeOf, int places, double share, out double deviation)
    {
        int[] counts = new int[places];
        foreach (double value in values)
        {
            if (!double.IsNaN(value))
                counts[placeOf(value)]++;
        }
        double cost = share * budget;
        double[] noisy = ledger.Measure(counts, cost, Purpose, out double variance);
        _spent += cost;
        deviation = Math.Sqrt(variance);
        return noisy;
    }

    private static int DecimalsOf(double value)
    {
        double scale = 1;
        for (int decimals = 0; decimals < ColumnStates.MostDecimals; decimals++, scale *= 10)
        {
            double scaled = value * scale;
            if (Math.Abs(scaled - Math.Round(scaled)) <= 1e-9 * Math.Max(1, Math.Abs(scaled)))
                return decimals;
        }
        return ColumnStates.MostDecimals;
    }

    // Negative numbers, the largest first; 0; positive ones.
    private static int PowerOf(double value)
    {
        double size = Math.Abs(value);
        if (size < ColumnStates.SmallestNumber)
            return Powers;
        int power = Math.Clamp(Math.ILogB(size), LeastPower, MostPower) - LeastPower;
        return value < 0 ? Powers - 1 - power : Powers + 1 + power;
    }

    private static double EdgeOf(int place) => place <= Powers - 1 ? -Math.ScaleB(1, MostPower + 1 - place)
        : place == Powers ? 0 : Math.ScaleB(1, place - Powers - 1 + LeastPower);

    private double[] EdgesOf(double[] counts, double deviation)
    {
        int first = Array.FindIndex(counts, count => count >= SureOfPower * deviation);
        int last = Array.FindLastIndex(counts, count => count >= SureOfPower * deviation);
        if (first < 0 && declared is null)
        {
            // Any power would be one by chance, such as numbers of eighteen digits.
            IsFound = false;
            return Decimals >= ColumnStates.MostDecimals ? [0, 1] : OnGrid([0, 1]);
        }
        if (first < 0)
            first = last = Array.IndexOf(counts, counts.Max());
        // The last negative edge is that of numbers that count as 0.
        List<double> edges = [.. Enumerable.Range(first, last - first + 2)
            .Select(place => place == Powers ? 0 : place == Powers + 1 ? ColumnStates.SmallestNumber : EdgeOf(place))];
        if (declared is { } range)
        {
            double end = Decimals < ColumnStates.MostDecimals ? range.Maximum + Math.Pow(10, -Decimals) : range.Maximum;
            edges = [range.Minimum, .. edges.Where(edge => edge > range.Minimum && edge < end), end];
        }
        return Decimals >= ColumnStates.MostDecimals ? [.. edges] : OnGrid(edges);
    }

    // Edges at numbers that can occur.
    private double[] OnGrid(List<double> edges)
    {
        double scale = Math.Pow(10, Decimals);
        double[] grid = [.. edges.Select(edge => Math.Round(Math.Ceiling((edge * scale) - 1e-6) / scale, Decimals)).Distinct().Order()];
        return grid.Length > 1 ? grid : [grid[0], grid[0] + (1 / scale)];
    }

    private double[] Halve(double[] edges, double[] counts, double least)
    {
        var next = new List<double>(2 * edges.Length);
        double scale = Decimals < ColumnStates.MostDecimals ? Math.Pow(10, Decimals) : 0;
        for (int i = 0; i < counts.Length; i++)
        {
            next.Add(edges[i]);
            double middle = edges[i] + ((edges[i + 1] - edges[i]) / 2);
            if (scale > 0)
                middle = Math.Round(Math.Round(middle * scale) / scale, Decimals);
            bool isZero = edges[i] == 0 && edges[i + 1] <= ColumnStates.SmallestNumber;
            if (counts[i] >= least && !isZero && middle > edges[i] && middle < edges[i + 1])
                next.Add(middle);
        }
        next.Add(edges[^1]);
        return [.. next];
    }
}
