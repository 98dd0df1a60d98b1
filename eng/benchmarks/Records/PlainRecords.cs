using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Ways of making records that know less than a network.</summary>
internal static class PlainRecords
{
    // Steps of the integral over the correlation, and of the bisection for it.
    private const int Steps = 16, Halvings = 24;
    // Two codes that no record has together by chance are not opposites: so many records with both count as made independently.
    private const double PriorRecords = 3;

    private const double MostCorrelation = 0.98, Shrinkage = 0.02;

    /// <summary>Every code by itself, as often as in training.</summary>
    public static Table CoinFlips(Table training, int rows, ulong seed)
    {
        double[] shares = Shares(training);
        float[] uniforms = new float[shares.Length];
        var made = new Table(training.Columns, rows);
        for (int row = 0; row < rows; row++)
        {
            new Philox(seed, 1).Fork((ulong)row).FillUniform(uniforms);
            for (int i = 0; i < shares.Length; i++)
                made[row, i] = uniforms[i] < shares[i] ? 1 : 0;
        }
        return made;
    }

    /// <summary>A Gaussian copula: normal numbers with the tetrachoric correlations of the codes (Pearson 1900), cut where each code is as
    /// frequent as in training.</summary>
    public static Table GaussianCopula(Table training, int rows, ulong seed)
    {
        double[] shares = Shares(training);
        int width = shares.Length;
        // Half a record more on either side keeps a code that all or no records have from an endless threshold.
        double[] cuts = [.. shares.Select(share => -Quantile((share * training.RowCount + 0.5) / (training.RowCount + 1)))];
        double[,] correlations = new double[width, width];
        for (int i = 0; i < width; i++)
        {
            correlations[i, i] = 1;
            for (int j = 0; j < i; j++)
            {
                (int first, int second) = (i, j);
                double both = Enumerable.Range(0, training.RowCount).Average(row => training[row, first] * training[row, second]);
                double independent = shares[i] * shares[j], expected = independent * training.RowCount;
                both += (independent - both) * PriorRecords / (expected + PriorRecords);
                correlations[i, j] = correlations[j, i] = Tetrachoric(cuts[i], cuts[j], both, independent);
            }
        }
        double[,] root = Root(correlations);
        float[] normals = new float[width];
        var made = new Table(training.Columns, rows);
        for (int row = 0; row < rows; row++)
        {
            new Philox(seed, 2).Fork((ulong)row).FillNormal(normals);
            for (int i = 0; i < width; i++)
            {
                double sum = 0;
                for (int j = 0; j <= i; j++)
                    sum += root[i, j] * normals[j];
                made[row, i] = sum > cuts[i] ? 1 : 0;
            }
        }
        return made;
    }

    private static double[] Shares(Table table) => [.. Enumerable.Range(0, table.Columns.Count)
        .Select(i => Enumerable.Range(0, table.RowCount).Average(row => table[row, i]))];

    /// <summary>The correlation with which both numbers lie above their cuts in the share that is wanted: that share grows with the
    /// correlation by the density there (Plackett 1954).</summary>
    private static double Tetrachoric(double first, double second, double both, double independent)
    {
        double low = -MostCorrelation, high = MostCorrelation;
        for (int halving = 0; halving < Halvings; halving++)
        {
            double middle = (low + high) / 2, share = independent;
            for (int step = 0; step < Steps; step++)
            {
                double r = middle * (step + 0.5) / Steps, rest = 1 - r * r;
                share += middle / Steps * Math.Exp(-(first * first - 2 * r * first * second + second * second) / (2 * rest))
                    / (2 * Math.PI * Math.Sqrt(rest));
            }
            (low, high) = share < both ? (middle, high) : (low, middle);
        }
        return (low + high) / 2;
    }

    /// <summary>Cholesky's root of the correlations, which are shrunk until there is one.</summary>
    private static double[,] Root(double[,] correlations)
    {
        int width = correlations.GetLength(0);
        for (double keep = 1; ; keep -= Shrinkage)
        {
            double[,] root = new double[width, width];
            bool isRoot = true;
            for (int i = 0; i < width && isRoot; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    double sum = i == j ? 1 : keep * correlations[i, j];
                    for (int k = 0; k < j; k++)
                        sum -= root[i, k] * root[j, k];
                    if (i == j)
                        isRoot &= sum > 1e-6;
                    root[i, j] = i == j ? Math.Sqrt(Math.Max(sum, 1e-6)) : sum / root[j, j];
                }
            }
            if (isRoot)
                return root;
        }
    }

    /// <summary>The value below which a share of the standard normal distribution lies, by bisection on its distribution function (the
    /// series of Marsaglia 2004).</summary>
    private static double Quantile(double p)
    {
        double low = -7, high = 7;
        while (high - low > 1e-9)
        {
            double middle = (low + high) / 2, term = middle, sum = middle;
            for (int i = 3; Math.Abs(term) > 1e-16 * Math.Abs(sum); i += 2)
            {
                term *= middle * middle / i;
                sum += term;
            }
            bool isBelow = 0.5 + sum * Math.Exp(-0.5 * middle * middle) / Math.Sqrt(2 * Math.PI) < p;
            (low, high) = isBelow ? (middle, high) : (low, middle);
        }
        return (low + high) / 2;
    }
}
