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

    private const int Terms = 5, Rounds = 8;

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
        double[] fixedPart = [.. ones.Select(q => Math.Log(1 + q * (Math.Exp(change) - 1)))];
        double[] row = new double[Terms];
        for (int round = 0; round < Rounds; round++)
        {
            double[] gradient = new double[Terms];
            double[,] curvature = new double[Terms, Terms];
            for (int i = 0; i < cells.Count; i++)
            {
                Write(cells[i], row);
                double p = 1 / (1 + Math.Exp(-(Product(level, row) + fixedPart[i])));
                double error = (cells[i].IsMissing ? 1 : 0) - p, weight = p * (1 - p);
                for (int a = 0; a < Terms; a++)
                {
                    gradient[a] += error * row[a];
                    for (int b = 0; b <= a; b++)
                        curvature[a, b] += weight * row[a] * row[b];
                }
            }
            // A small penalty, as where all of a picture is missing the level would go on for ever.
            for (int a = 0; a < Terms; a++)
            {
                gradient[a] -= level[a];
                curvature[a, a] += 1;
            }
            if (Step(curvature, gradient, level) < 1e-4)
                break;
        }
        double[] result = new double[windows];
        for (int i = 0; i < cells.Count; i++)
        {
            Write(cells[i], row);
            double logit = Product(level, row) + fixedPart[i], signed = cells[i].IsMissing ? -logit : logit;
            result[cells[i].Window] -= Math.Max(signed, 0) + Math.Log(1 + Math.Exp(-Math.Abs(signed)));
        }
        return result;
    }

    private static void Write(in HiddenCellRecord cell, double[] row) =>
        (row[0], row[1], row[2], row[3], row[4]) = (1, cell.Pixel, cell.Picture, cell.Neighbors, cell.Steps);

    private static double Product(double[] a, double[] b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3] + a[4] * b[4];

    /// <summary>Newton's step by Cholesky's decomposition.</summary>
    /// <returns>The largest change.</returns>
    private static double Step(double[,] curvature, double[] gradient, double[] at)
    {
        int n = gradient.Length;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = curvature[i, j];
                for (int k = 0; k < j; k++)
                    sum -= curvature[i, k] * curvature[j, k];
                curvature[i, j] = i == j ? Math.Sqrt(Math.Max(sum, 1e-12)) : sum / curvature[j, j];
            }
        }
        double[] step = new double[n];
        for (int i = 0; i < n; i++)
        {
            double sum = gradient[i];
            for (int k = 0; k < i; k++)
                sum -= curvature[i, k] * step[k];
            step[i] = sum / curvature[i, i];
        }
        double most = 0;
        for (int i = n - 1; i >= 0; i--)
        {
            double sum = step[i];
            for (int k = i + 1; k < n; k++)
                sum -= curvature[k, i] * step[k];
            step[i] = sum / curvature[i, i];
            at[i] += Math.Clamp(step[i], -2, 2);
            most = Math.Max(most, Math.Abs(step[i]));
        }
        return most;
    }

    /// <summary>Slope and offset that make what was observed most likely, held near 1 and 0 where little was.</summary>
    private static (double Slope, double Offset) Calibrate(HiddenCellRecord[] cells)
    {
        const double Held = 20;
        double[] at = [1, 0];
        for (int round = 0; round < 20; round++)
        {
            double[] gradient = [-Held * (at[0] - 1), -Held * at[1]];
            double[,] curvature = { { Held, 0 }, { 0, Held } };
            foreach (HiddenCellRecord cell in cells)
            {
                double p = 1 / (1 + Math.Exp(-(at[0] * cell.Logit + at[1]))), error = (cell.IsOne ? 1 : 0) - p, weight = p * (1 - p);
                gradient[0] += error * cell.Logit;
                gradient[1] += error;
                curvature[0, 0] += weight * cell.Logit * cell.Logit;
                curvature[1, 0] += weight * cell.Logit;
                curvature[1, 1] += weight;
            }
            if (Step(curvature, gradient, at) < 1e-6)
                break;
        }
        return (Math.Clamp(at[0], 0.2, 3), Math.Clamp(at[1], -2, 2));
    }
}
