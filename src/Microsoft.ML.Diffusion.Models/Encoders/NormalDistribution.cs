namespace Microsoft.ML.Diffusion.Models.Encoders;

/// <summary>The standard normal distribution.</summary>
internal static class NormalDistribution
{
    /// <summary>The value below which a share <paramref name="p"/> of the distribution lies, to about 1e-9: bisection on the
    /// distribution function. Only used while fitting.</summary>
    /// <param name="p">Strictly between 0 and 1.</param>
    public static double Quantile(double p)
    {
        double low = -9, high = 9;
        while (high - low > 1e-10)
        {
            double middle = (low + high) / 2;
            if (Cumulative(middle) < p)
                low = middle;
            else
                high = middle;
        }
        return (low + high) / 2;
    }

    /// <summary>The share of the distribution below <paramref name="x"/>: the series 1/2 + density * (x + x^3/3 + x^5/15 + ...)
    /// (Marsaglia 2004).</summary>
    public static double Cumulative(double x)
    {
        if (x < -8)
            return 0;
        if (x > 8)
            return 1;
        double term = x, sum = x;
        for (int i = 3; Math.Abs(term) > 1e-17 * Math.Abs(sum); i += 2)
        {
            term *= x * x / i;
            sum += term;
        }
        return 0.5 + sum * Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);
    }
}
