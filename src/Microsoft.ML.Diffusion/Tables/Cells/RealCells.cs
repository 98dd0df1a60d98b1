using System.Globalization;
using System.Numerics;

namespace Microsoft.ML.Diffusion.Tables.Cells;

/// <summary>Cells of Single or Double; NaN is missing.</summary>
internal sealed class RealCells<T> : CellType<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private const double LargestInt64 = 1L << 62;

    public override decimal LargestWhole => typeof(T) == typeof(float) ? 1 << 24 : 1L << 53;

    public override T Missing => T.NaN;

    public override bool IsMissing(T value) => T.IsNaN(value);

    // Whole numbers without an exponent, as people write keys, codes and dates.
    public override ReadOnlySpan<char> Text(T value, Span<char> buffer)
    {
        double number = double.CreateTruncating(value);
        int length;
        if (Math.Abs(number) < LargestInt64 && Math.Truncate(number) == number)
            ((long)number).TryFormat(buffer, out length, default, CultureInfo.InvariantCulture);
        else
            value.TryFormat(buffer, out length, "R", CultureInfo.InvariantCulture);
        return buffer[..length];
    }

    public override T Parse(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? T.CreateTruncating(value) : Missing;

    public override string TextOf(double value) => ToText(T.CreateTruncating(value));
}
