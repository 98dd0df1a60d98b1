using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Encoders;

/// <summary>Standard scaling of a logarithm, for numbers that are spread over many powers of ten, such as incomes or counts of
/// links.</summary>
/// <remarks>On the scale of the numbers themselves the largest ones decide mean and deviation, and all others are one and the same value
/// to a model. The inverse hyperbolic sine stands in for the logarithm: it is the logarithm for numbers well above a unit, a straight line
/// near 0, and defined for 0 and negative numbers (Burbidge, Magee and Robb 1988). Of columns that come near the limits below, the default
/// method lets held-back cells decide (<c>ScalingChoice</c>).</remarks>
internal sealed class LogScaler : NumericScaler
{
    // A column is scaled by its logarithm where the ninth decile of its sizes is this many times the median, the median this many times the
    // first decile, and the largest size this many times the smallest. A normal distribution has 2.4, 5.4 and about 10,000; a lognormal one
    // fulfils all three from a deviation of the logarithm of about 1.4.
    private const double LeastSpread = 6, LeastRange = 1e4;

    // From these values on it is open.
    private const double LeastOpenSpread = 3, LeastOpenRange = 100;

    // Sizes say little about columns that are mostly 0.
    private const double MostZeros = 0.5;

    // From this share on the rarer sign is part of what a column tells, as in profits and losses.
    private const double FewOfOtherSign = 0.02;

    // The unit is a size that nearly all others exceed. With both signs it is larger: else hardly any number is near 0 on the new
    // scale, and between the two logarithms lies a gap that no value is in.
    private const double UnitQuantile = 0.01, UnitQuantileOfBothSigns = 0.25;

    // Too few numbers to tell a distribution by.
    private const int FewestNumbers = 30;

    private readonly double _unit;
    private readonly double _mean;
    private readonly double _deviation;

    private LogScaler(double minimum, double maximum, double unit, double mean, double deviation)
        : base(minimum, maximum) => (_unit, _mean, _deviation) = (unit, mean, deviation);

    /// <summary>Fits where the numbers are spread over so many powers of ten that they need it; null elsewhere.</summary>
    /// <param name="observed">The observed numbers, in any order.</param>
    public static LogScaler? FitWhereNeeded(double[] observed) => Fit(observed, LeastSpread, LeastRange);

    /// <summary>Fits where the numbers are spread over some powers of ten, though fewer than those for which
    /// <see cref="FitWhereNeeded"/> takes a logarithm unasked; null elsewhere.</summary>
    /// <param name="observed">The observed numbers, in any order.</param>
    public static LogScaler? FitWhereOpen(double[] observed) => Fit(observed, LeastOpenSpread, LeastOpenRange);

    private static LogScaler? Fit(double[] observed, double leastSpread, double leastRange)
    {
        int positive = observed.Count(value => value > 0), negative = observed.Count(value => value < 0);
        if (positive + negative < Math.Max(FewestNumbers, (1 - MostZeros) * observed.Length))
            return null;
        bool hasBothSigns = Math.Min(positive, negative) > FewOfOtherSign * observed.Length;
        double[] sizes = [.. observed.Where(value => value != 0).Select(Math.Abs)];
        Array.Sort(sizes);
        double At(double share) => sizes[(int)(share * (sizes.Length - 1))];
        if (At(0.9) / At(0.5) < leastSpread || At(0.5) / At(0.1) < leastSpread || sizes[^1] / sizes[0] < leastRange)
            return null;
        double unit = At(hasBothSigns ? UnitQuantileOfBothSigns : UnitQuantile), sum = 0, squares = 0;
        foreach (double value in observed)
            sum += Math.Asinh(value / unit);
        double mean = sum / observed.Length;
        foreach (double value in observed)
            squares += Math.Pow(Math.Asinh(value / unit) - mean, 2);
        double deviation = Math.Sqrt(squares / observed.Length);
        return double.IsFinite(deviation) && deviation > 0 ? new LogScaler(observed.Min(), observed.Max(), unit, mean, deviation) : null;
    }

    public static new LogScaler Load(BinaryReader reader)
    {
        (double minimum, double maximum) = ReadRange(reader);
        double unit = ReadSize(reader, "the unit of a logarithm"), mean = reader.ReadFinite("the mean of a logarithm");
        return new LogScaler(minimum, maximum, unit, mean, ReadSize(reader, "the deviation of a logarithm"));
    }

    internal override void Save(BinaryWriter writer)
    {
        writer.Write((byte)ScalerKind.Logarithm);
        SaveRange(writer);
        writer.Write(_unit);
        writer.Write(_mean);
        writer.Write(_deviation);
    }

    private protected override double ScaleWithin(double value) => (Math.Asinh(value / _unit) - _mean) / _deviation;

    private protected override double UnscaleWithin(double scaled) => _unit * Math.Sinh(scaled * _deviation + _mean);
}
