using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>How good draws are, numbers scaled by the complete table's minimum and maximum.</summary>
/// <param name="Crps">The continuous ranked probability score of hidden numbers (Gneiting and Raftery 2007), the mean of all.</param>
/// <param name="Energy">The energy score of the hidden numbers of a row together, the mean of the rows.</param>
/// <param name="Coverage">The share of hidden numbers within the range of their m draws; (m - 1) / (m + 1) where draws are
/// calibrated.</param>
/// <param name="Observed">The share of drawn numbers that the column has elsewhere.</param>
/// <param name="Spread">The draws' root mean variance over the error of their mean, 1 where draws are calibrated.</param>
/// <param name="Log">The logarithmic score of hidden categories, in nats: the mean of -ln p, where p is the share of draws, with one draw
/// more that is spread evenly over the categories.</param>
internal sealed record DrawScore(double Crps, double Energy, double Coverage, double Observed, double Spread, double Log)
{
    public static DrawScore Of(Table truth, Table amputed, Table[] draws)
    {
        int m = draws.Length, columns = truth.Columns.Count;
        double crps = 0, energy = 0, inside = 0, observed = 0, variance = 0, squares = 0, log = 0;
        long numbers = 0, rows = 0, categories = 0;
        double[] ranges = new double[columns];
        HashSet<double>[] seen = new HashSet<double>[columns];
        for (int j = 0; j < columns; j++)
        {
            double[] all = [.. Enumerable.Range(0, truth.RowCount).Select(i => truth[i, j]).Where(double.IsFinite)];
            ranges[j] = all.Length > 0 && all.Max() > all.Min() ? all.Max() - all.Min() : 1;
            seen[j] = [.. Enumerable.Range(0, truth.RowCount).Select(i => amputed[i, j]).Where(double.IsFinite)];
        }
        for (int i = 0; i < truth.RowCount; i++)
        {
            double[] toTruth = new double[m], between = new double[m * m];
            bool any = false;
            for (int j = 0; j < columns; j++)
            {
                if (double.IsNaN(truth[i, j]) || !double.IsNaN(amputed[i, j]))
                    continue;
                if (truth.Columns[j].Kind != ColumnKind.Numeric)
                {
                    int right = draws.Count(draw => draw[i, j] == truth[i, j]);
                    log -= Math.Log((right + (1.0 / truth.Columns[j].Categories.Count)) / (m + 1));
                    categories++;
                    continue;
                }
                double[] x = [.. draws.Select(draw => draw[i, j] / ranges[j])];
                double y = truth[i, j] / ranges[j], mean = x.Average(), own = 0;
                for (int a = 0; a < m; a++)
                {
                    own += Math.Abs(x[a] - y) / m;
                    toTruth[a] += (x[a] - y) * (x[a] - y);
                    for (int b = 0; b < m; b++)
                    {
                        own -= Math.Abs(x[a] - x[b]) / (2.0 * m * m);
                        between[(a * m) + b] += (x[a] - x[b]) * (x[a] - x[b]);
                    }
                    observed += seen[j].Contains(draws[a][i, j]) ? 1.0 / m : 0;
                    variance += (x[a] - mean) * (x[a] - mean) / (m - 1);
                }
                crps += own;
                squares += (mean - y) * (mean - y);
                inside += Inside(x, y);
                numbers++;
                any = true;
            }
            if (!any)
                continue;
            energy += toTruth.Average(Math.Sqrt) - (0.5 * between.Average(Math.Sqrt));
            rows++;
        }
        // The mean of m draws errs by the truth's own variance and an m-th of the draws'.
        double spread = Math.Sqrt(variance * (1 + (1.0 / m)) / squares);
        return new DrawScore(crps / numbers, energy / rows, inside / numbers, observed / numbers, spread, log / categories);
    }

    /// <summary>How probably a number lies within the range of its draws, where equal ones are put in random order: calibrated draws reach
    /// (m - 1) / (m + 1) then, and many zeros change nothing.</summary>
    private static double Inside(double[] draws, double number)
    {
        int below = draws.Count(draw => draw < number), above = draws.Count(draw => draw > number);
        double end = 1.0 / (draws.Length - below - above + 1);
        return 1 - (below == 0 ? end : 0) - (above == 0 ? end : 0);
    }
}
