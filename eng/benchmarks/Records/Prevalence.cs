using Microsoft.ML.Diffusion.Models;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Dimension-wise probability: how often each code is 1, compared between two tables.</summary>
/// <param name="Rmse">Root mean squared difference.</param>
/// <param name="Correlation">Pearson's.</param>
/// <param name="Summed">Sum of absolute differences.</param>
/// <param name="PairRmse">Root mean squared difference of how often two codes come together.</param>
internal readonly record struct Prevalence(double Rmse, double Correlation, double Summed, double PairRmse)
{
    public static Prevalence Compare(Table real, Table made)
    {
        double[] p = Means(real), q = Means(made);
        double meanP = p.Average(), meanQ = q.Average();
        double pp = p.Sum(x => (x - meanP) * (x - meanP)), qq = q.Sum(x => (x - meanQ) * (x - meanQ));
        double pq = p.Zip(q, (x, y) => (x - meanP) * (y - meanQ)).Sum();
        // The first 40 columns' pairs.
        int pairs = Math.Min(40, p.Length), count = 0;
        double together = 0;
        for (int i = 0; i < pairs; i++)
        {
            for (int j = 0; j < i; j++, count++)
                together += Math.Pow(Together(real, i, j) - Together(made, i, j), 2);
        }
        return new Prevalence(
            Math.Sqrt(p.Zip(q, (x, y) => (x - y) * (x - y)).Average()),
            pq / Math.Sqrt(Math.Max(1e-12, pp * qq)),
            p.Zip(q, (x, y) => Math.Abs(x - y)).Sum(),
            Math.Sqrt(together / Math.Max(1, count)));
    }

    private static double[] Means(Table table) =>
        [.. Enumerable.Range(0, table.Columns.Count).Select(i => Enumerable.Range(0, table.RowCount).Average(row => table[row, i]))];

    private static double Together(Table table, int i, int j) => Enumerable.Range(0, table.RowCount).Average(row => table[row, i] * table[row, j]);
}
