using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Encoders;

/// <summary>Brings one column's numbers to a common size and back. Fitted on observed cells.</summary>
public abstract class NumericScaler
{
    private readonly double _minimum;
    private readonly double _maximum;

    private protected NumericScaler(double minimum, double maximum)
    {
        _minimum = minimum;
        _maximum = maximum;
    }

    /// <summary>The scaled value of a number. Numbers far outside the observed range are brought to one range beyond it, so
    /// that a wild one does not drown the rest of its row.</summary>
    /// <param name="value">A finite number.</param>
    public float Scale(double value)
    {
        // Halves, because the width of the range of two doubles may be more than a double can hold.
        double margin = 2 * (_maximum / 2 - _minimum / 2);
        return (float)ScaleWithin(Math.Clamp(value, Math.Max(double.MinValue, _minimum - margin), Math.Min(double.MaxValue, _maximum + margin)));
    }

    /// <summary>The number for a scaled value, kept within the observed range.</summary>
    /// <param name="scaled">Any scaled value.</param>
    public double Unscale(float scaled) => Math.Clamp(UnscaleWithin(scaled), _minimum, _maximum);

    internal static NumericScaler Fit(NumericScaling scaling, ColumnSummary summary, Func<double[]> observed)
    {
        if (summary.Rescaled is not { } rescaled)
            return FitOrdinary(scaling, summary, observed);
        NumericScaler inner = FitOrdinary(
            scaling, rescaled, () => [.. observed().Select(value => Math.ScaleB(value, -summary.Exponent))]);
        return RescaledScaler.Of(summary.Minimum, summary.Maximum, inner, summary.Exponent);
    }

    private static NumericScaler FitOrdinary(NumericScaling scaling, ColumnSummary summary, Func<double[]> observed) => scaling switch
    {
        NumericScaling.MinMax => new LinearScaler(summary.Minimum, summary.Maximum, summary.Minimum, summary.Maximum - summary.Minimum),
        NumericScaling.Standard => LogScaler.FitWhereNeeded(observed())
            ?? (NumericScaler)new LinearScaler(summary.Minimum, summary.Maximum, summary.BestGuess, SizeOf(summary)),
        NumericScaling.Quantile => QuantileScaler.Fit(observed()),
        _ => throw new ArgumentOutOfRangeException(nameof(scaling), scaling, "No such scaling."),
    };

    /// <summary>Whether it only moves and stretches.</summary>
    internal virtual bool IsLinear => false;

    internal static NumericScaler Load(BinaryReader reader)
    {
        NumericScaler scaler = reader.ReadKind<ScalerKind>("scaling") switch
        {
            ScalerKind.Linear => LinearScaler.Load(reader),
            ScalerKind.Quantile => QuantileScaler.Load(reader),
            ScalerKind.Rescaled => RescaledScaler.Load(reader),
            _ => LogScaler.Load(reader),
        };
        // The two ends of what is ever scaled.
        bool isFinite = float.IsFinite(scaler.Scale(double.MinValue)) && float.IsFinite(scaler.Scale(double.MaxValue));
        CheckedReading.Require(isFinite, "a scaling leads to numbers that are not finite");
        return scaler;
    }

    // Of numbers that differ in their last digits alone, rounding may leave no deviation.
    private static double SizeOf(ColumnSummary summary) =>
        summary.Deviation > 0 ? summary.Deviation : summary.Maximum - summary.Minimum;

    /// <summary>What a saved scaler begins with.</summary>
    private protected enum ScalerKind : byte
    {
        Linear = 0,
        Quantile = 1,
        Logarithm = 2,
        Rescaled = 3,
    }

    /// <summary>Reads the least and the largest observed value.</summary>
    private protected static (double Minimum, double Maximum) ReadRange(BinaryReader reader)
    {
        double minimum = reader.ReadFinite("the least value of a column"), maximum = reader.ReadFinite("the largest value of a column");
        CheckedReading.Require(minimum <= maximum, "the range of a column is empty");
        return (minimum, maximum);
    }

    /// <summary>Reads a number that is divided by.</summary>
    private protected static double ReadSize(BinaryReader reader, string what)
    {
        double size = reader.ReadFinite(what);
        CheckedReading.Require(size > 0, $"{what} is not above 0");
        return size;
    }

    private protected void SaveRange(BinaryWriter writer)
    {
        writer.Write(_minimum);
        writer.Write(_maximum);
    }

    internal abstract void Save(BinaryWriter writer);

    private protected abstract double ScaleWithin(double value);

    /// <summary>Half the way between two values, in the column's units, that are a scaled deviation above and below a guess.</summary>
    internal double UnscaleDeviation(double guess, double deviation) =>
        0.5 * UnscaleWithin(guess + deviation) - 0.5 * UnscaleWithin(guess - deviation);

    /// <summary>The number for a scaled value, wherever it lies.</summary>
    internal double UnscaleFreely(double scaled) => UnscaleWithin(scaled);

    private protected abstract double UnscaleWithin(double scaled);

    /// <summary>(value - offset) / size: min-max and standard scaling.</summary>
    private sealed class LinearScaler(double minimum, double maximum, double offset, double size) : NumericScaler(minimum, maximum)
    {
        internal override bool IsLinear => true;

        public static new LinearScaler Load(BinaryReader reader)
        {
            (double minimum, double maximum) = ReadRange(reader);
            double offset = reader.ReadFinite("the middle of a column");
            return new LinearScaler(minimum, maximum, offset, ReadSize(reader, "the size of a column"));
        }

        internal override void Save(BinaryWriter writer)
        {
            writer.Write((byte)ScalerKind.Linear);
            SaveRange(writer);
            writer.Write(offset);
            writer.Write(size);
        }

        private protected override double ScaleWithin(double value) => (value - offset) / size;

        private protected override double UnscaleWithin(double scaled) => scaled * size + offset;
    }
}
