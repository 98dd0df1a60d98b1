using System.Buffers;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>A cell cut into prefix, digits with separators, exponent and suffix, before anybody knows what the separators mean.</summary>
internal ref struct NumberShape
{
    private const int LongestAffix = 12;
    private static readonly SearchValues<char> s_noSuffix = SearchValues.Create("-+()#;|:");

    public ReadOnlySpan<char> Prefix;
    public ReadOnlySpan<char> Body;
    public ReadOnlySpan<char> Suffix;
    public ReadOnlySpan<char> Exponent;
    public char ExponentMark;
    public bool IsNegative;
    public bool HasPlus;
    public char Minus;
    public NegativeStyle Style;

    /// <summary>Cuts a cell without outer blanks.</summary>
    /// <returns>False where the cell has no such form.</returns>
    public static bool TryCut(ReadOnlySpan<char> text, out NumberShape shape)
    {
        shape = default;
        shape.Minus = '-';
        if (text.Length is 0 or > 64)
            return false;
        if (text[0] == '(' && text[^1] == ')' && text.Length > 2)
        {
            (shape.IsNegative, shape.Style) = (true, NegativeStyle.Parentheses);
            text = text[1..^1];
        }

        int at = 0;
        if (!ReadSign(text, ref at, NegativeStyle.Leading, ref shape))
            return false;
        int start = at;
        while (at < text.Length && !IsBodyStart(text, at) && !IsSign(text[at]))
            at++;
        shape.Prefix = text[start..at];
        if (at >= text.Length || at - start > LongestAffix || (at > start && !ReadSign(text, ref at, NegativeStyle.Inner, ref shape)))
            return false;
        if (at >= text.Length || !IsBodyStart(text, at))
            return false;
        return ReadBody(text, ref at, ref shape) && ReadSuffix(text[at..], ref shape);
    }

    /// <summary>Whether a character can separate groups of digits and nothing else.</summary>
    public static bool IsGroupOnly(char c) => c is ' ' or '\'' or '\u2019' or '\u00A0' or '\u2009' or '\u202F';

    private static bool IsSign(char c) => c is '-' or '+' or '\u2212';

    private static bool IsBodyStart(ReadOnlySpan<char> text, int at) => char.IsAsciiDigit(text[at])
        || (text[at] is '.' or ',' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]));

    private static bool ReadSign(ReadOnlySpan<char> text, ref int at, NegativeStyle style, ref NumberShape shape)
    {
        if (at >= text.Length || !IsSign(text[at]))
            return true;
        if (shape.IsNegative || shape.HasPlus)
            return false;
        if (text[at] == '+')
        {
            shape.HasPlus = true;
        }
        else
        {
            (shape.IsNegative, shape.Style, shape.Minus) = (true, style, text[at]);
        }

        at++;
        return true;
    }

    private static bool ReadBody(ReadOnlySpan<char> text, ref int at, ref NumberShape shape)
    {
        int start = at, end = at;
        for (; at < text.Length; at++)
        {
            char c = text[at];
            if (char.IsAsciiDigit(c))
                end = at + 1;
            else if (c is not ('.' or ',') && !(IsGroupOnly(c) && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
                break;
        }

        // A point with nothing behind it ("5.") belongs to the digits; a blank does not.
        if (end < text.Length && text[end] is '.' or ',' && (end + 1 == text.Length || text[end + 1] is 'e' or 'E'))
            end++;
        at = end;
        shape.Body = text[start..end];
        if (at < text.Length && text[at] is 'e' or 'E')
        {
            int digits = at + 1;
            if (digits < text.Length && IsSign(text[digits]))
                digits++;
            int last = digits;
            while (last < text.Length && char.IsAsciiDigit(text[last]))
                last++;
            if (last > digits)
            {
                shape.ExponentMark = text[at];
                shape.Exponent = text[(at + 1)..last];
                at = last;
            }
        }

        return true;
    }

    private static bool ReadSuffix(ReadOnlySpan<char> rest, ref NumberShape shape)
    {
        if (rest.Length == 1 && IsSign(rest[0]) && rest[0] != '+')
        {
            if (shape.IsNegative || shape.HasPlus)
                return false;
            (shape.IsNegative, shape.Style, shape.Minus) = (true, NegativeStyle.Trailing, rest[0]);
            return true;
        }

        shape.Suffix = rest;
        return rest.Length <= LongestAffix && !rest.ContainsAnyInRange('0', '9') && !rest.ContainsAny(s_noSuffix);
    }
}
