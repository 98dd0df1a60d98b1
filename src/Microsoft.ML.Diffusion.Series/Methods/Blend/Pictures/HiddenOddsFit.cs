namespace Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;

/// <summary>Finds out whether cells of zeros and ones hide themselves: whether a 1 is missing more or less often than a 0 among the same
/// other cells (missing not at random; Little and Rubin 2002, chapter 15).</summary>
/// <remarks>A network that learns from observed cells says q, the probability that an observed cell is 1 given the others. Let the odds of
/// being missing be exp(a) for a 0 and exp(a + d) for a 1. By Bayes' theorem the odds of being missing of a cell whose value nobody knows
/// are then exp(a) (1 - q + q exp(d)), and the odds of a missing cell to be 1 are exp(d) times q / (1 - q). The first says which d makes
/// the holes most likely. The level a is free, and follows how often the same pixel, the same picture and the cells around are missing,
/// so that a broken part of a picture is not taken for a value that hides.</remarks>
internal static class HiddenOddsFit
{
    // Cells that tell; windows that tell; the largest change of the odds; standard errors that must speak for a change.
    private const int FewestCells = 100, FewestWindows = 5;
    private const double Largest = 4, Clearly = 2;

    private const int Terms = 5;

    /// <summary>Fits.</summary>
    /// <param name="cells">Cells of windows that the network did not learn from.</param>
    public static HiddenOdds Of(IReadOnlyList<HiddenCellRecord> cells)
    {
        (double slope, double offset) = Calibrate([.. cells.Where(cell => !cell.IsMissing)]);
        int windows = cells.Count == 0 ? 0 : cells.Max(cell => cell.Window) + 1, missing = cells.Count(cell => cell.IsMissing);
        if (Math.Min(missing, cells.Count - missing) < FewestCells || windows < FewestWindows)
            return new HiddenOdds(slope, offset, 0);
        double[] ones = [.. cells.Select(cell => 1 / (1 + Math.Exp(-(slope * cell.Logit + offset))))];
        double[] level = new double[Terms];
        double[] without = Likelihoods(cells, ones, 0, level, windows);
        // The golden section of the profile: the likelihood with the best level for each change.
        double low = -Largest, high = Largest, ratio = (Math.Sqrt(5) - 1) / 2;
        double left = high - ratio * (high - low), right = low + ratio * (high - low);
        double atLeft = At(left), atRight = At(right);
        for (int i = 0; i < 14; i++)
        {
            if (atLeft >= atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - ratio * (high - low);
                atLeft = At(left);
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + ratio * (high - low);
                atRight = At(right);
            }
        }
        double change = (low + high) / 2;
        double[] with = Likelihoods(cells, ones, change, level, windows);
        return new HiddenOdds(slope, offset, IsClear(with, without) ? change : 0);

        double At(double changed) => Likelihoods(cells, ones, changed, level, windows).Sum();
    }

    /// <summary>Whether the windows say by more than two standard errors that something makes them more likely.</summary>
    private static bool IsClear(double[] with, double[] without)
    {
        double[] gains = [.. with.Zip(without, (a, b) => a - b)];
        double mean = gains.Average(), variance = gains.Sum(gain => (gain - mean) * (gain - mean)) / (gains.Length - 1);
        return mean > Clearly * Math.Sqrt(variance / gains.Length);
    }

    /// <summary>The log likelihood of every window's holes for a change of the odds, with the level that makes all most
    /// likely.</summary>
    private static double[] Likelihoods(
        IReadOnlyList<HiddenCellRecord> cells, double[] ones, double change, double[] level, int windows)
    {
        double[] fixedPart = [.. ones.Select(q => Math.Log(1 + q * (Math.Exp(change) - 1)))], row = new double[Terms];
        // A small penalty, as where all of a picture is missing the level would go on for ever.
        LogisticFit.Maximize(level, new double[Terms], 1, (i, to) =>
        {
            Write(cells[i], to);
            return (fixedPart[i], cells[i].IsMissing);
        }, cells.Count);
        double[] result = new double[windows];
        for (int i = 0; i < cells.Count; i++)
        {
            Write(cells[i], row);
            double logit = fixedPart[i];
            for (int term = 0; term < Terms; term++)
                logit += level[term] * row[term];
            result[cells[i].Window] += LogisticFit.LogLikelihood(logit, cells[i].IsMissing);
        }
        return result;
    }

    private static void Write(in HiddenCellRecord cell, double[] row) =>
        (row[0], row[1], row[2], row[3], row[4]) = (1, cell.Pixel, cell.Picture, cell.Neighbors, cell.Steps);

    /// <summary>Slope and offset that make what was observed most likely, held near 1 and 0 where little was.</summary>
    private static (double Slope, double Offset) Calibrate(HiddenCellRecord[] cells)
    {
        const double Held = 20;
        double[] at = [1, 0];
        LogisticFit.Maximize(at, [1, 0], Held, (i, row) =>
        {
            (row[0], row[1]) = (cells[i].Logit, 1);
            return (0, cells[i].IsOne);
        }, cells.Length);
        return (Math.Clamp(at[0], 0.2, 3), Math.Clamp(at[1], -2, 2));
    }
}
