using System.Globalization;
using System.Numerics;

namespace Microsoft.ML.Diffusion.Tables.Cells;

/// <summary>Cells of whole numbers; none is missing.</summary>
internal class IntegerCells<T> : CellType<T>
    where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
{
    public override decimal LargestWhole => decimal.CreateChecked(T.MaxValue);

    public override T Missing => T.Zero;

    public override bool IsMissing(T value) => false;

    public override ReadOnlySpan<char> Text(T value, Span<char> buffer)
    {
        value.TryFormat(buffer, out int length, default, CultureInfo.InvariantCulture);
        return buffer[..length];
    }

    // A role may write 34.0, and a number beyond the type's range becomes its end.
    public override T Parse(string text) =>
        T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out T whole) ? whole
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? T.CreateSaturating(Math.Round(value))
        : Missing;

    public override string TextOf(double value) => ToText(T.CreateSaturating(value));
}
