using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Encoders;

/// <summary>Scales numbers that are so large or so small that their squares are none: it divides by a power of two at first, which costs
/// no digit.</summary>
internal sealed class RescaledScaler : NumericScaler
{
    private const int LargestExponent = 1100;

    private readonly NumericScaler _inner;
    private readonly int _exponent;

    private RescaledScaler(double minimum, double maximum, NumericScaler inner, int exponent)
        : base(minimum, maximum) => (_inner, _exponent) = (inner, exponent);

    /// <param name="minimum">The least observed value.</param>
    /// <param name="maximum">The largest observed value.</param>
    /// <param name="inner">Fitted on the numbers divided by 2^<paramref name="exponent"/>.</param>
    /// <param name="exponent">The power of two.</param>
    public static RescaledScaler Of(double minimum, double maximum, NumericScaler inner, int exponent) =>
        new(minimum, maximum, inner, exponent);

    public static new RescaledScaler Load(BinaryReader reader)
    {
        (double minimum, double maximum) = ReadRange(reader);
        int exponent = reader.ReadBetween(-LargestExponent, LargestExponent, "the power of two of a column");
        NumericScaler inner = NumericScaler.Load(reader);
        CheckedReading.Require(inner is not RescaledScaler, "a column is divided twice");
        return new RescaledScaler(minimum, maximum, inner, exponent);
    }

    internal override void Save(BinaryWriter writer)
    {
        writer.Write((byte)ScalerKind.Rescaled);
        SaveRange(writer);
        writer.Write(_exponent);
        _inner.Save(writer);
    }

    private protected override double ScaleWithin(double value) => _inner.Scale(Math.ScaleB(value, -_exponent));

    private protected override double UnscaleWithin(double scaled) => Math.ScaleB(_inner.UnscaleFreely(scaled), _exponent);
}
