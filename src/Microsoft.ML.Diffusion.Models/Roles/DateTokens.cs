namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Cuts cells into tokens in which dates can be recognised.</summary>
internal static class DateTokens
{
    /// <summary>Most tokens of a cell that can be a date.</summary>
    public const int Most = 24;

    /// <summary>Cuts a cell; long runs of digits (20230115T101500) are cut into their fields.</summary>
    /// <returns>The number of tokens; 0 where the cell can be no date.</returns>
    public static int Cut(ReadOnlySpan<char> text, Span<DateToken> tokens)
    {
        int count = 0;
        if (text.Length is < 3 or > 48)
            return 0;
        for (int at = 0; at < text.Length;)
        {
            int start = at;
            if (char.IsAsciiDigit(text[at]))
            {
                while (at < text.Length && char.IsAsciiDigit(text[at]))
                    at++;
                if (!AddDigits(text, start, at - start, tokens, ref count))
                    return 0;
                continue;
            }

            // What pandas makes of 20230115 in a column with holes: 20230115.0.
            bool word = char.IsLetter(text[at]) || (start is 4 or 6 or 8 && text[at..] is ".0"
                && !text[..at].ContainsAnyExceptInRange('0', '9'));
            if (word && text[at] == '.')
                at++;
            at++;
            while (word && at < text.Length && char.IsLetter(text[at]))
                at++;
            if (count == Most)
                return 0;
            tokens[count++] = new DateToken(word ? 'w' : text[start], start, at - start);
        }

        return count;
    }

    private static bool AddDigits(ReadOnlySpan<char> text, int start, int length, Span<DateToken> tokens, ref int count)
    {
        bool fraction = start > 0 && text[start - 1] is '.' or ',' && length <= 9 && count >= 2
            && tokens[..(count - 1)].ContainsAny([new DateToken(':', start - 4, 1), new DateToken(':', start - 3, 1)]);
        ReadOnlySpan<int> fields = length switch
        {
            _ when fraction => [length],
            1 or 2 or 4 => [length],
            6 when start > 0 => [2, 2, 2],
            6 => [4, 2],
            8 => [4, 2, 2],
            12 => [4, 2, 2, 2, 2],
            14 => [4, 2, 2, 2, 2, 2],
            _ => [],
        };
        foreach (int field in fields)
        {
            if (count == Most)
                return false;
            tokens[count++] = new DateToken('d', start, field);
            start += field;
        }

        return fields.Length > 0;
    }
}
