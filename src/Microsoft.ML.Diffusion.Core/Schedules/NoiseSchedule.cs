namespace Microsoft.ML.Diffusion.Core.Schedules;

/// <summary>How much signal and how much noise there is at every noise level: x_t = signal(t) * x_0 + noise(t) * epsilon,
/// t = 0 (data) to T (noise). Variance preserving: signal^2 + noise^2 = 1, signal^2 = alphaBar. Variance exploding:
/// signal = 1.</summary>
public sealed class NoiseSchedule
{
    /// <summary>The most levels that a model may have: more cost time and bring nothing.</summary>
    internal const int MostSteps = 10_000;

    private readonly double[] _signal;
    private readonly double[] _noise;

    private NoiseSchedule(NoiseScheduleKind kind, double[] signal, double[] noise)
    {
        Kind = kind;
        _signal = signal;
        _noise = noise;
    }

    /// <summary>The shape.</summary>
    public NoiseScheduleKind Kind { get; }

    /// <summary>T, the number of noise levels above the data.</summary>
    public int Steps => _signal.Length - 1;

    /// <summary>The factor of the data at level <paramref name="t"/>, 1 at t = 0.</summary>
    /// <param name="t">0..T.</param>
    public double Signal(int t) => _signal[t];

    /// <summary>The standard deviation of the noise at level <paramref name="t"/>, 0 at t = 0.</summary>
    /// <param name="t">0..T.</param>
    public double Noise(int t) => _noise[t];

    /// <summary>alphaBar_t: the signal's share of the variance.</summary>
    /// <param name="t">0..T.</param>
    public double AlphaBar(int t) => _signal[t] * _signal[t] / (_signal[t] * _signal[t] + _noise[t] * _noise[t]);

    /// <summary>beta_t: the variance that step t adds, as a share of what there is after it (variance preserving).</summary>
    /// <param name="t">1..T.</param>
    public double Beta(int t) => 1 - AlphaBar(t) / AlphaBar(t - 1);

    /// <summary>The schedule of the given shape with the constants of its source.</summary>
    /// <param name="kind">The shape.</param>
    /// <param name="steps">T, at least 2.</param>
    public static NoiseSchedule Create(NoiseScheduleKind kind, int steps) => kind switch
    {
        NoiseScheduleKind.Quadratic => Quadratic(steps),
        NoiseScheduleKind.Linear => Linear(steps),
        NoiseScheduleKind.Cosine => Cosine(steps),
        NoiseScheduleKind.VarianceExploding => VarianceExploding(steps),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such schedule."),
    };

    /// <summary>beta_t = ((T-t)/(T-1) sqrt(first) + (t-1)/(T-1) sqrt(last))^2 (MissDiff, section 5).</summary>
    /// <param name="steps">T, at least 2.</param>
    /// <param name="first">beta_1.</param>
    /// <param name="last">beta_T.</param>
    public static NoiseSchedule Quadratic(int steps, double first = 1e-4, double last = 0.5) =>
        FromBetas(NoiseScheduleKind.Quadratic, steps, share =>
        {
            double root = (1 - share) * Math.Sqrt(first) + share * Math.Sqrt(last);
            return root * root;
        });

    /// <summary>beta linear from 1e-4 to 0.02 at T = 1000 (Ho et al. 2020, section 4), scaled by 1000 / T for other T so that as
    /// little signal is left at the end.</summary>
    /// <param name="steps">T, at least 21.</param>
    public static NoiseSchedule Linear(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 21);
        double scale = 1000.0 / steps;
        return Linear(steps, scale * 1e-4, scale * 0.02);
    }

    /// <summary>beta linear in t.</summary>
    /// <param name="steps">T, at least 2.</param>
    /// <param name="first">beta_1, above 0.</param>
    /// <param name="last">beta_T, below 1.</param>
    public static NoiseSchedule Linear(int steps, double first, double last)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(last, 1);
        return FromBetas(NoiseScheduleKind.Linear, steps, share => (1 - share) * first + share * last);
    }

    /// <summary>alphaBar_t = f(t)/f(0), f(t) = cos^2((t/T + s)/(1 + s) * pi/2), s = 0.008 (Nichol and Dhariwal 2021, equation
    /// 17). Where beta_T is not clipped, alphaBar_T is exactly 0, so that the last level holds no trace of the data (Lin et
    /// al. 2024); a network that predicts noise needs one, and 0.999 is usual.</summary>
    /// <param name="steps">T, at least 2.</param>
    /// <param name="largestBeta">What beta_T, which would be 1, is clipped to; above 0.8, which no other beta reaches.</param>
    public static NoiseSchedule Cosine(int steps, double largestBeta = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(largestBeta, 0.8);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(largestBeta, 1);
        const double Offset = 0.008;
        double start = Math.Cos(Offset / (1 + Offset) * Math.PI / 2);
        double[] signal = new double[steps + 1], noise = new double[steps + 1];
        for (int t = 0; t <= steps; t++)
        {
            signal[t] = t == steps ? signal[t - 1] * Math.Sqrt(1 - largestBeta) : Math.Cos(((double)t / steps + Offset) / (1 + Offset) * Math.PI / 2) / start;
            noise[t] = Math.Sqrt(Math.Max(0, 1 - signal[t] * signal[t]));
        }
        return new NoiseSchedule(NoiseScheduleKind.Cosine, signal, noise);
    }

    /// <summary>noise(t) grows geometrically from <paramref name="smallest"/> at t = 1 to <paramref name="largest"/> at t = T
    /// (Song and Ermon 2019); data are taken to be of size one.</summary>
    /// <param name="steps">T, at least 2.</param>
    /// <param name="smallest">Deviation of the noise at t = 1.</param>
    /// <param name="largest">Deviation of the noise at t = T, many times the data's.</param>
    public static NoiseSchedule VarianceExploding(int steps, double smallest = 0.01, double largest = 50)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        double[] signal = new double[steps + 1], noise = new double[steps + 1];
        signal.AsSpan().Fill(1);
        for (int t = 1; t <= steps; t++)
            noise[t] = smallest * Math.Pow(largest / smallest, (t - 1.0) / (steps - 1));
        return new NoiseSchedule(NoiseScheduleKind.VarianceExploding, signal, noise);
    }

    private static NoiseSchedule FromBetas(NoiseScheduleKind kind, int steps, Func<double, double> beta)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        double[] signal = new double[steps + 1], noise = new double[steps + 1];
        double alphaBar = 1;
        signal[0] = 1;
        for (int t = 1; t <= steps; t++)
        {
            alphaBar *= 1 - beta((t - 1.0) / (steps - 1));
            signal[t] = Math.Sqrt(alphaBar);
            noise[t] = Math.Sqrt(1 - alphaBar);
        }
        return new NoiseSchedule(kind, signal, noise);
    }
}
