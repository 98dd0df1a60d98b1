using System.Text;

namespace Microsoft.ML.Diffusion.Models.Roles;

public sealed partial class DatePattern
{
    private const string FieldLetters = "yMdHhmsftz";

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">The text is no such pattern; the message says what is wrong.</exception>
    public static DatePattern FromPattern(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        int at = 0, language = 0;
        OffsetChanges offsets = OffsetChanges.Zero;
        while (at < pattern.Length && pattern[at] == '[')
        {
            int end = pattern.IndexOf(']', at);
            string option = end < 0 ? pattern[(at + 1)..] : pattern[(at + 1)..end];
            int found = Array.IndexOf(DateWords.Languages, option);
            if (end < 0 || (found < 0 && !OffsetChanges.TryParse(option, out offsets)))
                throw new FormatException($"The date format '{pattern}' has '[{option}' where a language "
                    + $"({string.Join(", ", DateWords.Languages)}) or an offset such as +02:00 can stand.");
            language = found < 0 ? language : found;
            at = end + 1;
        }

        var elements = new List<DateElement>();
        while (at < pattern.Length)
            ReadElement(pattern, ref at, elements);
        var result = new DatePattern(elements, language, offsets);
        if (!result.HasDate && !result.HasTime)
            throw new FormatException($"The date format '{pattern}' has neither a year (yyyy, yy) nor an hour (HH, hh).");
        return result;
    }

    /// <summary>The pattern; <see cref="FromPattern"/> reads it back.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (_language > 0)
            text.Append('[').Append(DateWords.Languages[_language]).Append(']');
        if (HasOffset && !_offsets.IsZero)
            text.Append('[').Append(_offsets).Append(']');
        foreach (DateElement element in _elements)
        {
            if (element.Field == DateField.Literal)
            {
                bool quoted = FieldLetters.Contains(element.Literal, StringComparison.Ordinal)
                    || (element.Literal == '[' && text.Length == 0);
                text.Append(element.Literal == '\'' ? "''" : quoted ? $"'{element.Literal}'" : element.Literal.ToString());
                continue;
            }

            text.Append(LettersOf(element)).Append(element.Case switch
            {
                LetterCase.Upper => "^",
                LetterCase.Lower => "`",
                _ => string.Empty,
            });
        }

        return text.ToString();
    }

    private static string LettersOf(DateElement element) => element.Field switch
    {
        DateField.Year => "yyyy",
        DateField.ShortYear => "yy",
        DateField.Month => new string('M', Math.Max(1, element.Width)),
        DateField.MonthShort => "MMM",
        DateField.MonthName => "MMMM",
        DateField.Day => new string('d', Math.Max(1, element.Width)),
        DateField.DayShort => "ddd",
        DateField.DayName => "dddd",
        DateField.Hour => new string('H', Math.Max(1, element.Width)),
        DateField.Hour12 => new string('h', Math.Max(1, element.Width)),
        DateField.Minute => new string('m', Math.Max(1, element.Width)),
        DateField.Second => new string('s', Math.Max(1, element.Width)),
        DateField.Fraction => new string('f', element.Width),
        DateField.AmPm => "tt",
        _ => element.Width switch { 6 => "zzz", 5 => "ZZZ", _ => "zz" },
    };

    private static void ReadElement(string pattern, ref int at, List<DateElement> elements)
    {
        char letter = pattern[at];
        int start = at;
        if (letter == '\'')
        {
            int end = pattern.IndexOf('\'', at + 1);
            if (end < 0)
                throw new FormatException($"The date format '{pattern}' has a single quote without its partner.");
            foreach (char c in end == at + 1 ? "'" : pattern[(at + 1)..end])
                elements.Add(new DateElement(DateField.Literal, Literal: c));
            at = end + 1;
            return;
        }

        while (at < pattern.Length && pattern[at] == letter)
            at++;
        int count = at - start;
        if (letter == 'Z' ? count != 3 : !FieldLetters.Contains(letter, StringComparison.Ordinal))
        {
            for (int i = 0; i < count; i++)
                elements.Add(new DateElement(DateField.Literal, Literal: letter));
            return;
        }

        DateElement element = FieldOf(letter, count)
            ?? throw new FormatException($"The date format '{pattern}' has {count} times '{letter}' in a row, which is no field.");
        LetterCase letters = LetterCase.Usual;
        if (!element.IsNumber && at < pattern.Length && pattern[at] is '^' or '`')
            letters = pattern[at++] == '^' ? LetterCase.Upper : LetterCase.Lower;
        elements.Add(element with { Case = letters });
    }

    private static DateElement? FieldOf(char letter, int count) => (letter, count) switch
    {
        ('y', 4) => new DateElement(DateField.Year, 4),
        ('y', 2) => new DateElement(DateField.ShortYear, 2),
        ('M', 1 or 2) => new DateElement(DateField.Month, count),
        ('M', 3) => new DateElement(DateField.MonthShort),
        ('M', 4) => new DateElement(DateField.MonthName),
        ('d', 1 or 2) => new DateElement(DateField.Day, count),
        ('d', 3) => new DateElement(DateField.DayShort),
        ('d', 4) => new DateElement(DateField.DayName),
        ('H', 1 or 2) => new DateElement(DateField.Hour, count),
        ('h', 1 or 2) => new DateElement(DateField.Hour12, count),
        ('m', 1 or 2) => new DateElement(DateField.Minute, count),
        ('s', 1 or 2) => new DateElement(DateField.Second, count),
        ('f', <= 9) => new DateElement(DateField.Fraction, count),
        ('t', 2) => new DateElement(DateField.AmPm),
        ('z', 3) => new DateElement(DateField.Offset, 6),
        ('Z', 3) => new DateElement(DateField.Offset, 5),
        ('z', 2) => new DateElement(DateField.Offset, 3),
        _ => null,
    };
}
