using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>A variable as nearly normal numbers of mean 0 and deviation 1: a power transform for both signs (Yeo and Johnson 2000) around
/// the median, whose power is the most likely one.</summary>
/// <param name="Center">The median.</param>
/// <param name="Spread">A robust deviation.</param>
/// <param name="Power">The power, 0 to 2; 1 leaves numbers as they are.</param>
/// <param name="Mean">The mean after the power.</param>
/// <param name="Deviation">The deviation after the power.</param>
/// <param name="Least">The least observed value.</param>
/// <param name="Most">The greatest observed value; below <paramref name="Least"/> where nothing was observed.</param>
internal sealed record VariableTransform(
    double Center, double Spread, double Power, double Mean, double Deviation, double Least, double Most)
{
    /// <summary>Beyond this distance from the mean, numbers grow as the logarithm does.</summary>
    public const double Limit = 4;

    // What is further is the least or the greatest value in any case.
    private const double MostBeyond = 50;

    // The share of values at each end that do not take part in the choice of a power.
    private const double Trimmed = 0.005;

    private const int Powers = 9;

    // Gauss and Hermite's rule of five points, for a standard normal.
    private static readonly double[] s_points = [-2.856970013872806, -1.355626179974266, 0, 1.355626179974266, 2.856970013872806];
    private static readonly double[] s_weights =
        [0.011257411327721, 0.222075922005613, 0.533333333333333, 0.222075922005613, 0.011257411327721];

    /// <summary>Whether a value was observed.</summary>
    public bool HasValues => Least <= Most;

    /// <summary>Fits a transform.</summary>
    /// <param name="values">Observed values; sorted by the call.</param>
    public static VariableTransform Fit(double[] values)
    {
        if (values.Length == 0)
            return new VariableTransform(0, 1, 1, 0, 1, 1, 0);
        Array.Sort(values);
        double least = values[0], most = values[^1], center = values[values.Length / 2];
        int cut = (int)(Trimmed * values.Length);
        ReadOnlySpan<double> inner = values.AsSpan(cut, values.Length - 2 * cut);
        double spread = (values[3 * values.Length / 4] - values[values.Length / 4]) / 1.349;
        if (!(spread > 0))
            spread = Math.Sqrt(Moments(inner, center, 1, 1).Variance);
        if (!(spread > 0))
            return new VariableTransform(center, 1, 1, 0, 1, least, most);
        (double best, double power) = (double.NegativeInfinity, 1);
        for (int i = 0; i < Powers; i++)
        {
            double candidate = 2.0 * i / (Powers - 1);
            (_, double variance, double logs) = Moments(inner, center, spread, candidate);
            double likelihood = (candidate - 1) * logs - inner.Length / 2.0 * Math.Log(variance);
            if (likelihood > best)
                (best, power) = (likelihood, candidate);
        }
        (double mean, double own, _) = Moments(inner, center, spread, power);
        return new VariableTransform(center, spread, power, mean, Math.Sqrt(own), least, most);
    }

    /// <summary>The number of a value; NaN of NaN.</summary>
    public double Apply(double value)
    {
        double number = (Raise((value - Center) / Spread, Power) - Mean) / Deviation, beyond = Math.Abs(number) - Limit;
        return beyond > 0 ? Math.CopySign(Limit + Math.Log(1 + beyond), number) : number;
    }

    /// <summary>The value of a number.</summary>
    public double Revert(double number)
    {
        double beyond = Math.Abs(number) - Limit;
        if (beyond > 0)
            number = Math.CopySign(Limit + Math.Exp(Math.Min(beyond, MostBeyond)) - 1, number);
        double y = number * Deviation + Mean, other = 2 - Power, x;
        if (y >= 0)
            x = Power == 0 ? Math.Exp(y) - 1 : Math.Pow(1 + Power * y, 1 / Power) - 1;
        else
            x = other == 0 ? 1 - Math.Exp(-y) : 1 - Math.Pow(1 - other * y, 1 / other);
        return Math.Clamp(x * Spread + Center, Least, Most);
    }

    /// <summary>The mean of the values of normal numbers.</summary>
    public double RevertMean(double mean, double deviation)
    {
        double sum = 0;
        for (int i = 0; i < s_points.Length; i++)
            sum += s_weights[i] * Revert(mean + deviation * s_points[i]);
        return sum;
    }

    public void Save(BinaryWriter writer)
    {
        foreach (double number in (ReadOnlySpan<double>)[Center, Spread, Power, Mean, Deviation, Least, Most])
            writer.Write(number);
    }

    public static VariableTransform Load(BinaryReader reader)
    {
        double[] all = new double[7];
        for (int i = 0; i < all.Length; i++)
            all[i] = reader.ReadFinite("a number of a transform");
        CheckedReading.Require(all[1] > 0 && all[2] is >= 0 and <= 2 && all[4] > 0, "a transform makes no sense");
        return new VariableTransform(all[0], all[1], all[2], all[3], all[4], all[5], all[6]);
    }

    private static double Raise(double x, double power)
    {
        double other = 2 - power;
        if (x >= 0)
            return power == 0 ? Math.Log(1 + x) : (Math.Pow(1 + x, power) - 1) / power;
        return other == 0 ? -Math.Log(1 - x) : -(Math.Pow(1 - x, other) - 1) / other;
    }

    private static (double Mean, double Variance, double Logs) Moments(
        ReadOnlySpan<double> values, double center, double spread, double power)
    {
        double sum = 0, squares = 0, logs = 0;
        foreach (double value in values)
        {
            double x = (value - center) / spread, y = Raise(x, power);
            sum += y;
            squares += y * y;
            logs += Math.Sign(x) * Math.Log(1 + Math.Abs(x));
        }
        double mean = sum / values.Length, variance = squares / values.Length - mean * mean;
        return (mean, Math.Max(variance, 1e-12), logs);
    }
}
