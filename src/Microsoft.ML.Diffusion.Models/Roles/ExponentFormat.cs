using System.Globalization;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>How a column writes numbers with an exponent: significant digits, sign and width of the exponent, and when.</summary>
internal sealed record ExponentFormat
{
    /// <summary>e or E.</summary>
    public char Mark { get; init; } = 'E';

    /// <summary>Whether exponents of zero and more carry a plus.</summary>
    public bool WritesPlus { get; init; } = true;

    /// <summary>Least number of digits of the exponent.</summary>
    public int MinDigits { get; init; } = 2;

    /// <summary>Decimals of the mantissa that are always written.</summary>
    public int MinDecimals { get; init; }

    /// <summary>Most decimals of the mantissa.</summary>
    public int MaxDecimals { get; init; } = 16;

    /// <summary>Magnitudes below this are written with an exponent; infinity: all are.</summary>
    public double Below { get; init; } = double.PositiveInfinity;

    /// <summary>Magnitudes from here on are written with an exponent.</summary>
    public double Above { get; init; } = double.PositiveInfinity;

    public bool Applies(double magnitude) => double.IsPositiveInfinity(Below) || (magnitude > 0 && magnitude < Below) || magnitude >= Above;

    public string Format(double magnitude, char decimalSign)
    {
        // "R" needs at most 17 significant digits; fewer where the double is nearest to a short decimal.
        string exact = magnitude.ToString("E16", CultureInfo.InvariantCulture);
        for (int i = MinDecimals; i < Math.Min(MaxDecimals, 16); i++)
        {
            string shorter = magnitude.ToString("E" + i.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (double.Parse(shorter, CultureInfo.InvariantCulture) == magnitude)
                return Spell(shorter, decimalSign);
        }

        return Spell(MaxDecimals >= 16 ? exact : magnitude.ToString("E" + MaxDecimals.ToString(CultureInfo.InvariantCulture),
            CultureInfo.InvariantCulture), decimalSign);
    }

    /// <summary>The part of the pattern that stands for the mantissa and the exponent.</summary>
    public string ToPattern(char decimalSign)
    {
        string fraction = new string('0', MinDecimals) + new string('#', MaxDecimals - MinDecimals);
        string decimals = fraction.Length > 0 ? decimalSign + fraction : string.Empty;
        return $"0{decimals}{Mark}{(WritesPlus ? "+" : "-")}{new string('0', MinDigits)}";
    }

    private string Spell(string text, char decimalSign)
    {
        int mark = text.IndexOf('E', StringComparison.Ordinal);
        ReadOnlySpan<char> mantissa = text.AsSpan(0, mark);
        int power = int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (mantissa.Contains('.') && mantissa.Length - 2 > MinDecimals)
        {
            while (mantissa.Length - 2 > MinDecimals && mantissa[^1] == '0')
                mantissa = mantissa[..^1];
            if (mantissa[^1] == '.')
                mantissa = mantissa[..^1];
        }

        string sign = power < 0 ? "-" : WritesPlus ? "+" : string.Empty;
        string digits = Math.Abs(power).ToString("D" + MinDigits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return $"{mantissa.ToString().Replace('.', decimalSign)}{Mark}{sign}{digits}";
    }
}
