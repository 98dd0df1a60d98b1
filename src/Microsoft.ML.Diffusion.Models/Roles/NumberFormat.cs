using System.Globalization;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>
/// How a column writes its numbers, as a pattern such as <c>0</c>, <c>0.0##</c>, <c>$#,##0.00;($#,##0.00)</c>, <c>#.##0,00 €</c>,
/// <c>0.0%</c>, <c>0.000e+00</c>.
/// </summary>
/// <remarks>
/// A zero is a digit that is always written, <c>#</c> one that is written where needed. What stands before and behind the digits is
/// written as it is. Behind <c>;</c> stands the form of negative numbers, where it is not a minus in front. Behind <c>|</c> stands
/// the form with exponent, with the magnitudes below (<c>&lt;0.0001</c>) and above (<c>&gt;1E+16</c>) which it is used.
/// </remarks>
public sealed partial record NumberFormat
{
    /// <summary>What stands before the digits.</summary>
    public string Prefix { get; init; } = string.Empty;

    /// <summary>What stands behind the digits.</summary>
    public string Suffix { get; init; } = string.Empty;

    /// <summary>Separator of groups of digits; 0: none.</summary>
    public char Group { get; init; }

    /// <summary>Whether groups before the last one have two digits, as in India: <c>#,##,##0</c>. Else all have three.</summary>
    public bool HasGroupsOfTwo { get; init; }

    /// <summary>Point or comma.</summary>
    public char DecimalSign { get; init; } = '.';

    /// <summary>Decimals that are always written.</summary>
    public int MinDecimals { get; init; }

    /// <summary>Most decimals that are written.</summary>
    public int MaxDecimals { get; init; }

    internal NegativeStyle Negative { get; init; }
    internal char Minus { get; init; } = '-';
    internal bool WritesPlus { get; init; }
    internal bool OmitsLeadingZero { get; init; }
    internal bool KeepsBareSign { get; init; }
    internal ExponentFormat? Exponent { get; init; }

    /// <summary>Whether every number is written with an exponent.</summary>
    internal bool IsAlwaysExponent => Exponent is { Below: double.PositiveInfinity };

    /// <summary>Reads a cell that is written in this form (blanks around it do not matter).</summary>
    /// <returns>False where the cell is something else.</returns>
    public bool TryParse(ReadOnlySpan<char> text, out double value)
    {
        value = double.NaN;
        return NumberShape.TryCut(text.Trim(), out NumberShape shape) && shape.Prefix.SequenceEqual(Prefix)
            && shape.Suffix.SequenceEqual(Suffix) && NumberReading.TryValue(shape, DecimalSign, Group, out value);
    }

    /// <summary>Writes a number in this form.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not finite.</exception>
    public string Format(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "Only finite numbers can be written.");
        double magnitude = Math.Abs(value);
        string digits = Exponent != null && Exponent.Applies(magnitude) ? Exponent.Format(magnitude, DecimalSign) : PlainDigits(magnitude);
        // A made -0.001 with two decimals is 0.00; a minus before zeros stays only where the cell itself had one.
        bool negative = double.IsNegative(value) && (magnitude == 0 || digits.AsSpan().ContainsAnyInRange('1', '9'));
        if (!negative)
            return string.Concat(WritesPlus ? "+" : string.Empty, Prefix, digits, Suffix);
        return Negative switch
        {
            NegativeStyle.Inner => $"{Prefix}{Minus}{digits}{Suffix}",
            NegativeStyle.Trailing => $"{Prefix}{digits}{Suffix}{Minus}",
            NegativeStyle.Parentheses => $"({Prefix}{digits}{Suffix})",
            _ => $"{Minus}{Prefix}{digits}{Suffix}",
        };
    }

    private string PlainDigits(double magnitude)
    {
        string text = magnitude.ToString("R", CultureInfo.InvariantCulture);
        int decimals = DecimalsOf(text);
        if (text.Contains('E', StringComparison.Ordinal) || decimals > MaxDecimals)
        {
            text = magnitude.ToString("F" + MaxDecimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            decimals = DecimalsOf(text);
        }

        while (decimals > MinDecimals && text[^1] == '0')
            (text, decimals) = (text[..^1], decimals - 1);
        if (text[^1] == '.')
            text = text[..^1];
        string whole = decimals > 0 ? text[..^(decimals + 1)] : text;
        string fraction = (decimals > 0 ? text[^decimals..] : string.Empty).PadRight(MinDecimals, '0');
        if (OmitsLeadingZero && whole == "0" && fraction.Length > 0)
            whole = string.Empty;
        return Grouped(whole) + (fraction.Length > 0 || KeepsBareSign ? DecimalSign + fraction : string.Empty);
    }

    private static int DecimalsOf(string text)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        return point < 0 ? 0 : text.Length - point - 1;
    }

    private string Grouped(string whole)
    {
        if (Group == 0 || whole.Length <= 3)
            return whole;
        var result = new System.Text.StringBuilder(whole.Length * 4 / 3);
        for (int i = 0; i < whole.Length; i++)
        {
            int left = whole.Length - i;
            if (i > 0 && (HasGroupsOfTwo ? left == 3 || (left > 3 && left % 2 == 1) : left % 3 == 0))
                result.Append(Group);
            result.Append(whole[i]);
        }

        return result.ToString();
    }
}
