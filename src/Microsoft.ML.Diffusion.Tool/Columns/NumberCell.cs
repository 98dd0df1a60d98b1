using System.Buffers.Text;
using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>A cell read as a number.</summary>
/// <param name="Value">The number; NaN and infinities are numbers here.</param>
/// <param name="Decimals">Decimals it is written with; an exponent shifts them.</param>
/// <param name="Mark">The decimal mark, or zero where it has none.</param>
/// <param name="IsWhole">Whether it is written as a whole number, to its last digit: 34 or 34.0, not 3.4E1.</param>
internal readonly record struct NumberCell(double Value, int Decimals, byte Mark, bool IsWhole)
{
    // Beyond it a double holds no longer every whole number.
    private const double LargestExact = 1L << 53;

    /// <summary>Whether it is written as a whole number that a double does not hold exactly, or might not.</summary>
    public bool IsRounded => IsWhole && Math.Abs(Value) > LargestExact;

    /// <summary>Reads digits with a sign, a decimal point (or, where allowed, a decimal comma) and an exponent; or
    /// <c>nan</c>, <c>inf</c>, <c>infinity</c>. No digit grouping, no unit.</summary>
    public static bool TryParse(scoped ReadOnlySpan<byte> text, bool allowComma, out NumberCell number)
    {
        number = default;
        if (text.IsEmpty || text.Length > 320)
            return false;
        int comma = allowComma ? text.IndexOf((byte)',') : -1;
        scoped Span<byte> pointed = stackalloc byte[text.Length];
        if (comma >= 0)
        {
            if (text.Contains((byte)'.'))
                return false;
            text.CopyTo(pointed);
            pointed[comma] = (byte)'.';
            text = pointed;
        }

        ReadOnlySpan<byte> unsigned = text[0] is (byte)'+' or (byte)'-' ? text[1..] : text;
        if (unsigned.IsEmpty)
            return false;
        if (!char.IsAsciiDigit((char)unsigned[0]) && unsigned[0] != (byte)'.')
            return TryParseName(unsigned, text[0] == (byte)'-', out number);
        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!double.TryParse(text, Styles, CultureInfo.InvariantCulture, out double value))
            return false;
        int exponentAt = text.IndexOfAny((byte)'e', (byte)'E');
        ReadOnlySpan<byte> mantissa = exponentAt < 0 ? text : text[..exponentAt];
        int point = mantissa.IndexOf((byte)'.');
        int decimals = point < 0 ? 0 : mantissa.Length - point - 1;
        if (exponentAt >= 0)
        {
            ReadOnlySpan<byte> digits = text[(exponentAt + 1)..];
            int exponent = Utf8Parser.TryParse(digits[0] == (byte)'+' ? digits[1..] : digits, out int parsed, out _) ? parsed : 0;
            decimals = Math.Max(0, decimals - exponent);
        }

        bool isWhole = exponentAt < 0 && (point < 0 || mantissa[(point + 1)..].IndexOfAnyExcept((byte)'0') < 0);
        number = new NumberCell(value, decimals, comma >= 0 ? (byte)',' : point >= 0 ? (byte)'.' : (byte)0, isWhole);
        return true;
    }

    /// <summary>Whether a cell of digits starts with a zero that a number would not have: a code such as 007.</summary>
    public static bool IsCode(ReadOnlySpan<byte> text) =>
        text.Length > 1 && text[0] == (byte)'0' && char.IsAsciiDigit((char)text[1]) && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;

    private static bool TryParseName(ReadOnlySpan<byte> name, bool negative, out NumberCell number)
    {
        double value = 0;
        if (System.Text.Ascii.EqualsIgnoreCase(name, "nan"u8))
            value = double.NaN;
        else if (System.Text.Ascii.EqualsIgnoreCase(name, "inf"u8) || System.Text.Ascii.EqualsIgnoreCase(name, "infinity"u8))
            value = negative ? double.NegativeInfinity : double.PositiveInfinity;
        number = new NumberCell(value, 0, 0, IsWhole: false);
        return value != 0;
    }
}
