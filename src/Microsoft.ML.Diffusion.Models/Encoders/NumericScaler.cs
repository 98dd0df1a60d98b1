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

    internal static NumericScaler Fit(NumericScaling scaling, ColumnSummary summary, Func<double[]> observed) => scaling switch
    {
        NumericScaling.MinMax => new LinearScaler(summary.Minimum, summary.Maximum, summary.Minimum, summary.Maximum - summary.Minimum),
        NumericScaling.Standard => LogScaler.FitWhereNeeded(observed()) ?? (NumericScaler)new LinearScaler(summary.Minimum, summary.Maximum, summary.BestGuess, summary.Deviation),
        NumericScaling.Quantile => QuantileScaler.Fit(observed()),
        _ => throw new ArgumentOutOfRangeException(nameof(scaling), scaling, "No such scaling."),
    };

    internal static NumericScaler Load(BinaryReader reader) => (ScalerKind)reader.ReadByte() switch
    {
        ScalerKind.Linear => new LinearScaler(reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble()),
        ScalerKind.Quantile => new QuantileScaler(reader.ReadDoubles(), reader.ReadDoubles(), reader.ReadDoubles()),
        ScalerKind.Logarithm => LogScaler.Load(reader),
        ScalerKind other => throw new InvalidDataException($"The saved diffusion model is damaged: there is no scaling of kind {(byte)other}."),
    };

    /// <summary>What a saved scaler begins with.</summary>
    private protected enum ScalerKind : byte
    {
        Linear = 0,
        Quantile = 1,
        Logarithm = 2,
    }

    private protected void SaveRange(BinaryWriter writer)
    {
        writer.Write(_minimum);
        writer.Write(_maximum);
    }

    internal abstract void Save(BinaryWriter writer);

    private protected abstract double ScaleWithin(double value);

    /// <summary>Half the way between two values, in the column's units, that are a scaled deviation above and below a guess.</summary>
    internal double UnscaleDeviation(double guess, double deviation) => 0.5 * (UnscaleWithin(guess + deviation) - UnscaleWithin(guess - deviation));

    private protected abstract double UnscaleWithin(double scaled);

    /// <summary>(value - offset) / size: min-max and standard scaling.</summary>
    private sealed class LinearScaler(double minimum, double maximum, double offset, double size) : NumericScaler(minimum, maximum)
    {
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
