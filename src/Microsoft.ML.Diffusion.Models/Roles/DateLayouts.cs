namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>The ways in which a cell's tokens can stand for the fields of a date and a time.</summary>
internal static class DateLayouts
{
    private static readonly DateField[][] s_threeNumbers =
    [
        [DateField.Year, DateField.Month, DateField.Day],
        [DateField.Month, DateField.Day, DateField.Year],
        [DateField.Day, DateField.Month, DateField.Year],
        [DateField.Month, DateField.Day, DateField.ShortYear],
        [DateField.Day, DateField.Month, DateField.ShortYear],
        [DateField.ShortYear, DateField.Month, DateField.Day],
    ];

    private static readonly DateField[][] s_twoNumbers = [[DateField.Year, DateField.Month], [DateField.Month, DateField.Year]];

    private static readonly DateField[][] s_twoNumbersAndWord =
    [
        [DateField.Day, DateField.Year], [DateField.Year, DateField.Day], [DateField.Day, DateField.ShortYear],
            [DateField.ShortYear, DateField.Day],
    ];

    private static readonly DateField[][] s_oneNumberAndWord = [[DateField.Year], [DateField.ShortYear]];

    // Words between numbers that name no field. With others (Q4 2020) a cell is something else.
    private static readonly string[] s_glue = ["T", "Z", "UTC", "GMT", "de", "del", "of", "at", "um", "Uhr", "h", ".0"];

    /// <summary>All ways; literals where a token is a separator. Empty where the cell is no date and no time.</summary>
    public static List<DateField[]> Of(ReadOnlySpan<char> text, ReadOnlySpan<DateToken> tokens)
    {
        var fields = new DateField[tokens.Length];
        var dates = new List<int>();
        int time = FindTime(text, tokens, fields);
        bool month = false, hour12 = false;
        for (int i = 0; i < tokens.Length; i++)
        {
            if (fields[i] != DateField.Literal)
                continue;
            if (tokens[i].IsDigits && !(i > time && time >= 0 && FollowsOffsetSign(tokens, fields, i)))
            {
                dates.Add(i);
                continue;
            }

            if (tokens[i].IsDigits)
            {
                fields[i] = DateField.Offset;
                continue;
            }

            if (!tokens[i].IsWord)
                continue;
            fields[i] = FieldOfWord(text.Slice(tokens[i].Start, tokens[i].Length), time >= 0);
            month |= fields[i] is DateField.MonthName;
            if (fields[i] == DateField.Literal && !s_glue.Contains(text.Slice(tokens[i].Start, tokens[i].Length).ToString(),
                StringComparer.Ordinal))
                return [];
            hour12 |= fields[i] == DateField.AmPm;
        }

        for (int i = 0; i < fields.Length && hour12; i++)
            if (fields[i] == DateField.Hour)
                fields[i] = DateField.Hour12;
        return Assign(tokens, fields, dates, month, time >= 0);
    }

    /// <summary>What a word in a date stands for; a literal where it is no name.</summary>
    public static DateField FieldOfWord(ReadOnlySpan<char> word, bool withTime)
    {
        if (withTime && (word.Equals("AM", StringComparison.OrdinalIgnoreCase) || word.Equals("PM", StringComparison.OrdinalIgnoreCase)))
            return DateField.AmPm;
        if (word.Length < 2)
            return DateField.Literal;
        for (int language = 0; language < DateWords.Languages.Length; language++)
        {
            if (DateWords.IndexOf(DateField.MonthName, language, word) >= 0 || DateWords.IndexOf(DateField.MonthShort, language, word) >= 0)
                return DateField.MonthName;
            if (DateWords.IndexOf(DateField.DayName, language, word) >= 0 || DateWords.IndexOf(DateField.DayShort, language, word) >= 0)
                return DateField.DayName;
        }

        return DateField.Literal;
    }

    // Marks hour, minute, second, decimals; returns the index of the hour, or -1.
    private static int FindTime(ReadOnlySpan<char> text, ReadOnlySpan<DateToken> tokens, DateField[] fields)
    {
        for (int i = 0; i + 2 < tokens.Length; i++)
        {
            if (!tokens[i].IsDigits || tokens[i].Length > 2 || tokens[i + 1].Kind != ':' || !tokens[i + 2].IsDigits
                || tokens[i + 2].Length != 2)
                continue;
            (fields[i], fields[i + 2]) = (DateField.Hour, DateField.Minute);
            int next = i + 3;
            if (next + 1 < tokens.Length && tokens[next].Kind == ':' && tokens[next + 1].IsDigits && tokens[next + 1].Length == 2)
            {
                fields[next + 1] = DateField.Second;
                if (next + 3 < tokens.Length && tokens[next + 2].Kind is '.' or ',' && tokens[next + 3].IsDigits)
                    fields[next + 3] = DateField.Fraction;
            }

            return i;
        }

        return FindPackedTime(text, tokens, fields);
    }

    // 20230115T101500 and 20230115101500: pairs of digits without separators behind a date.
    private static int FindPackedTime(ReadOnlySpan<char> text, ReadOnlySpan<DateToken> tokens, DateField[] fields)
    {
        int first = -1;
        for (int i = 3; i < tokens.Length && first < 0; i++)
        {
            bool behindT = tokens[i - 1].IsWord && text.Slice(tokens[i - 1].Start, tokens[i - 1].Length) is "T" && i >= 4;
            bool packed = i == 3 && tokens[0].Length == 4
                && tokens[..4].IndexOfAnyExcept([new DateToken('d', 0, 4), new DateToken('d', 4, 2),
                new DateToken('d', 6, 2), new DateToken('d', 8, 2)]) < 0;
            if ((behindT || packed) && tokens[i].IsDigits && tokens[i].Length == 2)
                first = i;
        }

        if (first < 0)
            return -1;
        DateField[] order = [DateField.Hour, DateField.Minute, DateField.Second];
        for (int k = 0; k < 3 && first + k < tokens.Length && tokens[first + k].IsDigits && tokens[first + k].Length == 2; k++)
            fields[first + k] = order[k];
        return first;
    }

    private static bool FollowsOffsetSign(ReadOnlySpan<DateToken> tokens, DateField[] fields, int i) =>
        (tokens[i - 1].Kind is '+' or '-' && i >= 2
            && fields[i - 2] is DateField.Minute or DateField.Second or DateField.Fraction or DateField.AmPm)
        || (tokens[i - 1].Kind == ':' && i >= 2 && fields[i - 2] == DateField.Offset)
        || (tokens[i - 1].Kind is '+' or '-' && i >= 3 && tokens[i - 2].Kind == ' '
        && fields[i - 3] is DateField.Minute or DateField.Second);

    private static List<DateField[]> Assign(ReadOnlySpan<DateToken> tokens, DateField[] fields, List<int> dates, bool month, bool time)
    {
        var layouts = new List<DateField[]>();
        DateField[][] ways = (dates.Count, month) switch
        {
            (0, false) when time => [[]],
            (3, false) => s_threeNumbers,
            (2, false) => s_twoNumbers,
            (2, true) => s_twoNumbersAndWord,
            (1, true) => s_oneNumberAndWord,
            (1, false) when tokens[dates[0]].Length == 4 && !time => [[DateField.Year]],
            _ => [],
        };
        foreach (DateField[] way in ways)
        {
            bool fits = true;
            for (int i = 0; i < way.Length; i++)
                fits &= way[i] == DateField.Year ? tokens[dates[i]].Length == 4
                    : way[i] == DateField.ShortYear ? tokens[dates[i]].Length == 2 : tokens[dates[i]].Length <= 2;
            if (!fits)
                continue;
            var layout = (DateField[])fields.Clone();
            for (int i = 0; i < way.Length; i++)
                layout[dates[i]] = way[i];
            layouts.Add(layout);
        }

        return layouts;
    }
}
