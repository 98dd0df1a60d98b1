namespace Microsoft.ML.Diffusion.Tool.Description;

/// <summary>The chi-square distribution.</summary>
internal static class ChiSquare
{
    private const int MostTerms = 10_000;

    /// <summary>The probability of a value above <paramref name="x"/>: the regularized upper incomplete gamma function of half the degrees
    /// of freedom (Abramowitz and Stegun 1964, 6.5.29 for small values and 6.5.31 for large ones).</summary>
    /// <param name="x">The statistic, at least 0.</param>
    /// <param name="degrees">Degrees of freedom, at least 1.</param>
    public static double Above(double x, int degrees)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        double a = degrees / 2.0, z = x / 2;
        if (!(z > 0))
            return 1;
        double front = Math.Exp((a * Math.Log(z)) - z - LogGamma(degrees));
        return Math.Clamp(z < a + 1 ? 1 - (front * Series(a, z)) : front * Fraction(a, z), 0, 1);
    }

    private static double Series(double a, double z)
    {
        double term = 1 / a, sum = term;
        for (int n = 1; n < MostTerms && term > sum * 1e-16; n++)
        {
            term *= z / (a + n);
            sum += term;
        }

        return sum;
    }

    // The continued fraction, evaluated from the front by Lentz's method.
    private static double Fraction(double a, double z)
    {
        const double Tiny = 1e-300;
        double b = z + 1 - a, c = 1 / Tiny, d = 1 / b, value = d;
        for (int n = 1; n < MostTerms; n++)
        {
            double step = -n * (n - a);
            b += 2;
            d = 1 / NotZero((step * d) + b);
            c = NotZero(b + (step / c));
            value *= c * d;
            if (Math.Abs((c * d) - 1) < 1e-15)
                break;
        }

        return value;

        static double NotZero(double number) => Math.Abs(number) < Tiny ? Tiny : number;
    }

    // The logarithm of the gamma function at half of a whole number, from its values at 1/2 and 1.
    private static double LogGamma(int halves)
    {
        double at = halves % 2 == 0 ? 1 : 0.5, log = halves % 2 == 0 ? 0 : 0.5 * Math.Log(Math.PI);
        for (; at < halves / 2.0; at++)
            log += Math.Log(at);
        return log;
    }
}
