using Microsoft.ML.Diffusion.Models.Configuration;

namespace Microsoft.ML.Diffusion.Models.Privacy;

/// <summary>Adds up what Gaussian noise gives away: an accountant of Rényi differential privacy (Mironov 2017) for the Gaussian mechanism,
/// for the same mechanism on samples of the rows as in private gradient descent (Mironov, Talwar, Zhang 2019), and for zero-concentrated
/// differential privacy (Bun, Steinke 2016). Two tables are neighbours where one has a row more.</summary>
/// <remarks>The bound on epsilon is that of Canonne, Kamath, Steinke 2020, proposition 12, at the best of some 160 orders from 1.05
/// to 1,024. Not safe to use from several threads at once.</remarks>
/// <example>
/// What 2,250 steps of private gradient descent cost, with noise of 1.5 times the clipping norm and 4 % of the rows a step:
/// <code>
/// var accountant = new GaussianAccountant();
/// accountant.AddSampledGaussian(noiseMultiplier: 1.5, samplingRate: 0.04, steps: 2250);
/// double epsilon = accountant.EpsilonAt(delta: 1e-5);    // 7.329
/// </code>
/// </example>
public sealed class GaussianAccountant
{
    // How many standard deviations the integral reaches beyond where its terms are largest, and its steps in standard deviations.
    private const double Reach = 12, Step = 1 / 16.0;

    private static readonly double[] s_orders =
    [
        .. Enumerable.Range(1, 19).Select(i => 1 + (i / 20.0)), .. Enumerable.Range(20, 81).Select(i => i / 10.0),
        .. Enumerable.Range(11, 54).Select(i => (double)i), 80, 96, 128, 192, 256, 384, 512, 1024,
    ];

    private readonly double[] _divergences = new double[s_orders.Length];

    /// <summary>Counts the Gaussian mechanism on all rows: noise on sums to which one row adds a vector of norm 1 at most.</summary>
    /// <param name="noiseMultiplier">The standard deviation of the noise, above 0.</param>
    /// <param name="steps">How often, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is impossible.</exception>
    public void AddGaussian(double noiseMultiplier, long steps = 1)
    {
        OptionCheck.Require(noiseMultiplier > 0, nameof(noiseMultiplier), noiseMultiplier, "above 0");
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        AddZeroConcentrated(steps / (2 * noiseMultiplier * noiseMultiplier));
    }

    /// <summary>Counts a mechanism that is <paramref name="rho"/>-zero-concentrated differentially private, such as the discrete Gaussian
    /// one.</summary>
    /// <param name="rho">0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is impossible.</exception>
    public void AddZeroConcentrated(double rho)
    {
        OptionCheck.Require(rho >= 0, nameof(rho), rho, "0 or more");
        for (int i = 0; i < s_orders.Length; i++)
            _divergences[i] += rho * s_orders[i];
    }

    /// <summary>Counts the Gaussian mechanism on samples that each row is in with the same probability, by itself (Poisson
    /// sampling).</summary>
    /// <param name="noiseMultiplier">The standard deviation of the noise where one row adds a vector of norm 1 at most, above 0.</param>
    /// <param name="samplingRate">The probability that a row is in a sample, 0 to 1.</param>
    /// <param name="steps">How many samples, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is impossible.</exception>
    public void AddSampledGaussian(double noiseMultiplier, double samplingRate, long steps)
    {
        OptionCheck.Require(noiseMultiplier > 0, nameof(noiseMultiplier), noiseMultiplier, "above 0");
        OptionCheck.Require(samplingRate is >= 0 and <= 1, nameof(samplingRate), samplingRate, "from 0 to 1");
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        if (samplingRate == 1)
        {
            AddGaussian(noiseMultiplier, steps);
            return;
        }
        for (int i = 0; i < s_orders.Length && samplingRate > 0; i++)
            _divergences[i] += steps * SampledDivergence(noiseMultiplier, samplingRate, s_orders[i]);
    }

    /// <summary>The least epsilon that is proven for all that was counted.</summary>
    /// <param name="delta">Above 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is impossible.</exception>
    public double EpsilonAt(double delta)
    {
        OptionCheck.Require(delta > 0 && delta < 1, nameof(delta), delta, "above 0 and below 1");
        if (Array.TrueForAll(_divergences, divergence => divergence == 0))
            return 0;
        double least = double.PositiveInfinity;
        for (int i = 0; i < s_orders.Length; i++)
            least = Math.Min(least, EpsilonOf(_divergences[i], s_orders[i], delta));
        return Math.Max(0, least);
    }

    /// <summary>The least epsilon that is proven for rho-zero-concentrated differential privacy.</summary>
    /// <param name="rho">0 or more.</param>
    /// <param name="delta">Above 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is impossible.</exception>
    public static double EpsilonOf(double rho, double delta)
    {
        OptionCheck.Require(rho >= 0, nameof(rho), rho, "0 or more");
        OptionCheck.Require(delta > 0 && delta < 1, nameof(delta), delta, "above 0 and below 1");
        if (rho == 0)
            return 0;
        // The bound has one minimum over the logarithm of the order less one: it is found by golden section.
        const double Golden = 0.6180339887498949;
        double guess = 0.5 * Math.Log(Math.Max(-Math.Log(delta), 1e-3) / rho), low = guess - 12, high = guess + 12;
        double Bound(double log) => EpsilonOf(rho * (1 + Math.Exp(log)), 1 + Math.Exp(log), delta);
        for (int i = 0; i < 100; i++)
        {
            double left = high - (Golden * (high - low)), right = low + (Golden * (high - low));
            if (Bound(left) < Bound(right))
                high = right;
            else
                low = left;
        }
        return Math.Max(0, Bound((low + high) / 2));
    }

    // Canonne, Kamath, Steinke 2020, proposition 12.
    private static double EpsilonOf(double divergence, double order, double delta) =>
        divergence + LogOnePlus(-1 / order) - ((Math.Log(delta) + Math.Log(order)) / (order - 1));

    // The logarithm of E[(1 - q + q exp((2 z - 1) / (2 s^2)))^order] for z normal with deviation s, over order - 1. The trapezoidal rule
    // converges faster than any power of its step on such a function.
    internal static double SampledDivergence(double deviation, double rate, double order)
    {
        double first = -Reach * deviation, last = (Reach * deviation) + order, step = Step * deviation;
        int count = (int)Math.Min(2_000_000, Math.Ceiling((last - first) / step));
        double width = (last - first) / count, variance = deviation * deviation, logKept = LogOnePlus(-rate), logRate = Math.Log(rate);
        double largest = double.NegativeInfinity, sum = 0;
        for (int i = 0; i <= count; i++)
        {
            double z = first + (i * width), taken = logRate + (((2 * z) - 1) / (2 * variance));
            double most = Math.Max(logKept, taken);
            double ratio = most + LogOnePlus(Math.Exp(Math.Min(logKept, taken) - most));
            double log = (order * ratio) - (z * z / (2 * variance));
            if (log > largest)
            {
                sum = (sum * Math.Exp(largest - log)) + 1;
                largest = log;
            }
            else
            {
                sum += Math.Exp(log - largest);
            }
        }
        double whole = largest + Math.Log(sum * width) - (0.5 * Math.Log(2 * Math.PI * variance));
        return Math.Max(0, whole) / (order - 1);
    }

    // The logarithm of 1 + x, exact for small x (Higham 2002, section 1.14.1).
    private static double LogOnePlus(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * x / (sum - 1);
    }
}
