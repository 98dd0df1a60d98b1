using System.Globalization;
using System.Text;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>
/// How a column writes dates, times and timestamps, as a pattern in the manner of .NET: <c>yyyy-MM-dd</c>, <c>d/M/yy</c>,
/// <c>dd-MMM-yyyy</c>, <c>yyyy-MM-ddTHH:mm:sszzz</c>, <c>h:mm tt</c>, <c>yyyyMMdd</c>.
/// </summary>
/// <remarks>
/// Fields: yyyy, yy (1950 to 2049), MM, M, MMM and MMMM (names of months), dd, d, ddd and dddd (names of days), HH, H, hh, h, mm, m,
/// ss, s, f to ffffffff (decimals of a second), tt (am or pm), zzz (+02:00), ZZZ (+0200), zz (+02). <c>^</c> behind a name: all
/// letters large; <c>`</c>: all small. Other characters stand for themselves; letters of a field stand in single quotes. A language of
/// names and an offset
/// may stand in front: <c>[de]d. MMMM yyyy</c>, <c>[+02:00]HH:mmzzz</c>; an offset that changes: <c>[+01:00 1679792400 +02:00]</c>
/// with seconds since 1970.
/// </remarks>
public sealed partial class DatePattern
{
    private readonly DateElement[] _elements;
    private readonly int _language;
    private readonly OffsetChanges _offsets;

    internal DatePattern(IEnumerable<DateElement> elements, int language, OffsetChanges offsets)
    {
        _elements = [.. elements];
        _language = language;
        _offsets = offsets;
    }

    /// <summary>Whether the pattern has a day, a month or a year.</summary>
    public bool HasDate => Has(DateField.Year) || Has(DateField.ShortYear);

    /// <summary>Whether the pattern has hours.</summary>
    public bool HasTime => Has(DateField.Hour) || Has(DateField.Hour12);

    /// <summary>Whether the pattern has an offset from universal time.</summary>
    public bool HasOffset => Has(DateField.Offset);

    /// <summary>Whether days are written; without, a date stands for its month or year.</summary>
    public bool HasDay => Has(DateField.Day);

    /// <summary>Whether months are written.</summary>
    public bool HasMonth => Has(DateField.Month) || Has(DateField.MonthName) || Has(DateField.MonthShort);

    /// <summary>Smallest difference that the pattern writes, in seconds: 1 where it has seconds.</summary>
    internal double Resolution
    {
        get
        {
            DateElement fraction = Array.Find(_elements, e => e.Field == DateField.Fraction);
            return fraction.Width > 0 ? 1 / PowersOfTen.Of(fraction.Width)
                : Has(DateField.Second) ? 1 : Has(DateField.Minute) ? 60 : HasTime ? 3600 : 86400;
        }
    }

    internal OffsetChanges Offsets => _offsets;

    /// <summary>The same pattern with other offsets.</summary>
    internal DatePattern With(OffsetChanges offsets) => new(_elements, _language, offsets);

    /// <summary>Reads a cell.</summary>
    /// <param name="text">The cell; blanks around it do not matter.</param>
    /// <param name="moment">The moment on the clock of the cell.</param>
    /// <param name="offset">What the cell's clock is ahead of universal time.</param>
    /// <returns>False where the cell is something else or no such day exists.</returns>
    public bool TryParse(ReadOnlySpan<char> text, out DateTime moment, out TimeSpan offset)
    {
        moment = default;
        offset = default;
        text = text.Trim();
        var parts = new DateParts();
        int at = 0;
        for (int i = 0; i < _elements.Length; i++)
            if (!Read(text, ref at, _elements[i], i + 1 < _elements.Length && _elements[i + 1].IsNumber, ref parts))
                return false;
        if (at != text.Length || !parts.TryGetMoment(out moment))
            return false;
        offset = TimeSpan.FromMinutes(parts.OffsetMinutes);
        return true;
    }

    /// <summary>Writes a moment as the column does.</summary>
    /// <param name="moment">The moment on the clock of the cell.</param>
    /// <param name="offset">What that clock is ahead of universal time; matters only where the pattern writes it.</param>
    public string Format(DateTime moment, TimeSpan offset)
    {
        var text = new StringBuilder(32);
        foreach (DateElement element in _elements)
        {
            switch (element.Field)
            {
                case DateField.Literal:
                    text.Append(element.Literal);
                    break;
                case DateField.MonthName or DateField.MonthShort:
                    Append(text, DateWords.Of(element.Field, _language)[moment.Month - 1], element.Case);
                    break;
                case DateField.DayName or DateField.DayShort:
                    Append(text, DateWords.Of(element.Field, _language)[(int)moment.DayOfWeek], element.Case);
                    break;
                case DateField.AmPm:
                    Append(text, moment.Hour < 12 ? "AM" : "PM", element.Case);
                    break;
                case DateField.Offset:
                    AppendOffset(text, (int)offset.TotalMinutes, element.Width);
                    break;
                default:
                    AppendDigits(text, NumberOf(element, moment), element.Width);
                    break;
            }
        }

        return text.ToString();
    }

    private bool Has(DateField field) => Array.Exists(_elements, element => element.Field == field);

    private bool Read(ReadOnlySpan<char> text, ref int at, DateElement element, bool digitsFollow, ref DateParts parts)
    {
        if (element.Field == DateField.Literal)
            return at < text.Length && text[at++] == element.Literal;
        if (element.Field == DateField.Offset)
            return ReadOffset(text, ref at, element.Width, ref parts);
        int start = at;
        if (element.IsNumber)
        {
            int most = element.Field is DateField.Year or DateField.Fraction ? element.Width : digitsFollow ? Math.Max(1, element.Width)
                : 2;
            int value = 0;
            while (at < text.Length && at - start < most && char.IsAsciiDigit(text[at]))
                value = (value * 10) + (text[at++] - '0');
            parts.Set(element.Field, value, at - start);
            return at - start >= Math.Max(1, element.Width);
        }

        while (at < text.Length && char.IsLetter(text[at]))
            at++;
        return ReadWord(text[start..at], element.Field, ref parts);
    }

    private bool ReadWord(ReadOnlySpan<char> word, DateField field, ref DateParts parts)
    {
        if (field == DateField.AmPm)
        {
            parts.IsPm = word.Equals("PM", StringComparison.OrdinalIgnoreCase);
            return parts.IsPm || word.Equals("AM", StringComparison.OrdinalIgnoreCase);
        }

        int index = DateWords.IndexOf(field, _language, word);
        if (field is DateField.MonthName or DateField.MonthShort)
            parts.Month = index + 1;
        else
            parts.Weekday = index;
        return index >= 0;
    }

    private static bool ReadOffset(ReadOnlySpan<char> text, ref int at, int width, ref DateParts parts)
    {
        if (text.Length - at < width || text[at] is not ('+' or '-') || (width == 6 && text[at + 3] != ':')
            || !int.TryParse(text.Slice(at + 1, 2), NumberStyles.None, CultureInfo.InvariantCulture, out int hours))
            return false;
        int minutes = 0;
        if (width > 3 && !int.TryParse(text.Slice(at + width - 2, 2), NumberStyles.None, CultureInfo.InvariantCulture, out minutes))
            return false;
        parts.OffsetMinutes = ((hours * 60) + minutes) * (text[at] == '-' ? -1 : 1);
        at += width;
        return true;
    }

    private static long NumberOf(DateElement element, DateTime moment) => element.Field switch
    {
        DateField.Year => moment.Year,
        DateField.ShortYear => moment.Year % 100,
        DateField.Month => moment.Month,
        DateField.Day => moment.Day,
        DateField.Hour => moment.Hour,
        DateField.Hour12 => ((moment.Hour + 11) % 12) + 1,
        DateField.Minute => moment.Minute,
        DateField.Second => moment.Second,
        _ => element.Width <= 7
            ? moment.Ticks % TimeSpan.TicksPerSecond / (long)PowersOfTen.Of(7 - element.Width)
            : moment.Ticks % TimeSpan.TicksPerSecond * (long)PowersOfTen.Of(element.Width - 7),
    };

    private static void AppendDigits(StringBuilder text, long value, int width) =>
        text.Append(value.ToString("D" + Math.Max(1, width).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));

    private static void AppendOffset(StringBuilder text, int minutes, int width)
    {
        text.Append(minutes < 0 ? '-' : '+');
        minutes = Math.Abs(minutes);
        AppendDigits(text, minutes / 60, 2);
        if (width == 6)
            text.Append(':');
        if (width > 3)
            AppendDigits(text, minutes % 60, 2);
    }

    private static void Append(StringBuilder text, string name, LetterCase letters) => text.Append(letters switch
    {
        LetterCase.Upper => name.ToUpperInvariant(),
        LetterCase.Lower => name.ToLowerInvariant(),
        _ => name,
    });
}
