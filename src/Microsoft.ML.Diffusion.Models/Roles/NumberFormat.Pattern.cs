using System.Globalization;
using System.Text;

namespace Microsoft.ML.Diffusion.Models.Roles;

public sealed partial record NumberFormat
{
    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">The text is no such pattern; the message says what is wrong.</exception>
    public static NumberFormat FromPattern(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        int bar = pattern.IndexOf('|', StringComparison.Ordinal);
        string[] sections = (bar < 0 ? pattern : pattern[..bar]).Split(';');
        if (sections.Length > 2)
            throw new FormatException($"The number format '{pattern}' has more than two sections.");
        NumberFormat format = FromSection(sections[0], pattern);
        if (sections.Length == 2)
            format = format with { Negative = StyleOf(sections[1], sections[0], pattern, out char minus), Minus = minus };
        return bar < 0 ? format : format with { Exponent = FromExponent(pattern[(bar + 1)..], format.DecimalSign, pattern) };
    }

    /// <summary>The pattern; <see cref="FromPattern"/> reads it back.</summary>
    public override string ToString()
    {
        string core = Exponent != null && IsAlwaysExponent ? Exponent.ToPattern(DecimalSign) : PlainPattern();
        string positive = $"{Prefix}{core}{Suffix}";
        var result = new StringBuilder(WritesPlus ? "+" : string.Empty).Append(positive);
        if (Negative != NegativeStyle.Leading || Minus != '-')
        {
            result.Append(';').Append(Negative switch
            {
                NegativeStyle.Inner => $"{Prefix}{Minus}{core}{Suffix}",
                NegativeStyle.Trailing => $"{positive}{Minus}",
                NegativeStyle.Parentheses => $"({positive})",
                _ => $"{Minus}{positive}",
            });
        }

        if (Exponent != null && !IsAlwaysExponent)
        {
            result.Append('|').Append(Exponent.ToPattern(DecimalSign));
            if (Exponent.Below > 0)
                result.Append('<').Append(Exponent.Below.ToString("R", CultureInfo.InvariantCulture));
            if (double.IsFinite(Exponent.Above))
                result.Append('>').Append(Exponent.Above.ToString("R", CultureInfo.InvariantCulture));
        }

        return result.ToString();
    }

    private string PlainPattern()
    {
        string fraction = new string('0', MinDecimals) + new string('#', MaxDecimals - MinDecimals);
        string whole = Group != 0 ? HasGroupsOfTwo ? $"#{Group}##{Group}##0" : $"#{Group}##0" : OmitsLeadingZero ? "#" : "0";
        return whole + (fraction.Length > 0 || KeepsBareSign ? DecimalSign + fraction : string.Empty);
    }

    private static NumberFormat FromSection(string section, string pattern)
    {
        bool plus = section.StartsWith('+');
        string rest = plus ? section[1..] : section;
        int start = rest.AsSpan().IndexOfAny('0', '#');
        int end = rest.AsSpan().LastIndexOfAny('0', '#') + 1;
        if (start < 0)
            throw new FormatException($"The number format '{pattern}' has no digit; write one as 0 or #.");
        string core = rest[start..end];
        if (end < rest.Length && rest[end] is '.' or ',')
            core = rest[start..++end];
        var format = new NumberFormat { Prefix = rest[..start], Suffix = rest[end..], WritesPlus = plus };
        int mark = core.AsSpan().IndexOfAny('e', 'E');
        if (mark > 0)
        {
            char sign = core.Contains(',', StringComparison.Ordinal) ? ',' : '.';
            return format with { DecimalSign = sign, Exponent = FromExponent(core, sign, pattern) };
        }

        char group = '\0';
        bool hasTwo = core.Length >= 8 && core[0] == '#' && core[4] == core[1] && core.AsSpan(2, 2) is "##" && core.AsSpan(5, 3) is "##0";
        if (hasTwo || (core.Length >= 5 && core[0] == '#' && core.AsSpan(2).StartsWith("##0")))
        {
            group = core[1];
            core = core[(hasTwo ? 7 : 4)..];
        }

        string whole = core.TrimStart('0', '#');
        string fraction = whole.Length == 0 ? string.Empty : whole[1..];
        if (whole.Length > 0 && (whole[0] is not ('.' or ',') || whole[0] == group))
            throw new FormatException($"The number format '{pattern}' needs a point or a comma before the decimals, "
                + "another one than between groups.");
        int min = fraction.TakeWhile(c => c == '0').Count();
        if (fraction.AsSpan(min).ContainsAnyExcept('#'))
            throw new FormatException($"The number format '{pattern}' has something else than 0 and # among the decimals.");
        return format with
        {
            Group = group,
            HasGroupsOfTwo = hasTwo,
            DecimalSign = whole.Length > 0 ? whole[0] : group == '.' ? ',' : '.',
            MinDecimals = min,
            MaxDecimals = fraction.Length,
            OmitsLeadingZero = group == 0 && core[0] == '#',
            KeepsBareSign = whole.Length == 1,
        };
    }

    private static NegativeStyle StyleOf(string section, string positive, string pattern, out char minus)
    {
        minus = '-';
        if (section == $"({positive})")
            return NegativeStyle.Parentheses;
        int sign = section.AsSpan().IndexOfAny('-', '\u2212');
        // The minus of an exponent is no mark of a negative number.
        if (sign > 0 && section[sign - 1] is 'e' or 'E')
            sign = section.Length - 1;
        if (sign >= 0)
        {
            minus = section[sign];
            if (section.Remove(sign, 1) == positive)
                return sign == 0 ? NegativeStyle.Leading : sign == section.Length - 1 ? NegativeStyle.Trailing : NegativeStyle.Inner;
        }

        throw new FormatException($"The number format '{pattern}' must repeat the positive form "
            + "with a minus or in parentheses behind ';'.");
    }

    private static ExponentFormat FromExponent(string text, char decimalSign, string pattern)
    {
        int limits = text.AsSpan().IndexOfAny('<', '>');
        string core = limits < 0 ? text : text[..limits];
        int mark = core.AsSpan().IndexOfAny('e', 'E');
        if (mark < 1 || core.Length < mark + 3 || core[0] != '0' || (mark > 1 && core[1] != decimalSign))
            throw new FormatException($"The number format '{pattern}' must write an exponent as in 0.000e+00.");
        string fraction = mark > 1 ? core[2..mark] : string.Empty;
        int min = fraction.TakeWhile(c => c == '0').Count();
        var exponent = new ExponentFormat
        {
            Mark = core[mark],
            WritesPlus = core[mark + 1] == '+',
            MinDigits = core.Length - mark - 2,
            MinDecimals = min,
            MaxDecimals = fraction.Length,
            Below = limits < 0 ? double.PositiveInfinity : 0,
        };
        while (limits >= 0)
        {
            int next = text.AsSpan(limits + 1).IndexOfAny('<', '>');
            string number = next < 0 ? text[(limits + 1)..] : text.Substring(limits + 1, next);
            if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double limit))
                throw new FormatException($"The number format '{pattern}' needs a number behind '{text[limits]}'.");
            exponent = text[limits] == '<' ? exponent with { Below = limit } : exponent with { Above = limit };
            limits = next < 0 ? -1 : limits + 1 + next;
        }

        return exponent;
    }
}
