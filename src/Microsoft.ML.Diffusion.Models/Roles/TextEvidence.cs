namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>What the texts of a column are like: lengths, words, digits, e-mail addresses, telephone numbers.</summary>
internal sealed class TextEvidence
{
    private long _characters;
    private long _words;

    public long Cells { get; private set; }
    public long Emails { get; private set; }
    public long Phones { get; private set; }

    /// <summary>Telephone numbers that a plain number cannot be: with a plus, a leading zero, or separators.</summary>
    public long MarkedPhones { get; private set; }
    public long WithDigits { get; private set; }
    public long WithLetters { get; private set; }
    public long WithSlash { get; private set; }

    /// <summary>Cells such as I10, E11.9, 4Q2: large letters and digits, few letters, no blanks.</summary>
    public long CodeLike { get; private set; }
    public int Longest { get; private set; }
    public double MeanLength => Cells == 0 ? 0 : _characters / (double)Cells;
    public double MeanWords => Cells == 0 ? 0 : _words / (double)Cells;

    /// <summary>Looks at one cell (without outer blanks).</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        Cells++;
        int digits = 0, letters = 0, large = 0, other = 0, words = 1, at = -1, points = 0, blanks = 0;
        bool phone = text.Length is >= 7 and <= 24, separated = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (char.IsAsciiDigit(c))
            {
                digits++;
                continue;
            }

            blanks += c == ' ' ? 1 : 0;
            words += c == ' ' && i + 1 < text.Length && text[i + 1] != ' ' ? 1 : 0;
            letters += char.IsLetter(c) ? 1 : 0;
            large += char.IsAsciiLetterUpper(c) ? 1 : 0;
            other += char.IsAsciiLetterUpper(c) || c is '.' or '-' or '/' ? 0 : 1;
            at = c == '@' ? (at == -1 ? i : -2) : at;
            points += c == '.' && at > 0 && i > at + 1 ? 1 : 0;
            phone &= c is ' ' or '(' or ')' or '-' or '/' or '.' || (c == '+' && i == 0);
            separated |= (c is '(' or '/' or '-' && i > 0 && digits > 0) || c == '(';
        }

        Longest = Math.Max(Longest, text.Length);
        _characters += text.Length;
        _words += words;
        WithLetters += letters > 0 ? 1 : 0;
        WithSlash += text.Contains('/') ? 1 : 0;
        WithDigits += digits > 0 ? 1 : 0;
        Emails += at > 0 && points > 0 && blanks == 0 && char.IsLetter(text[^1]) ? 1 : 0;
        if (phone && digits is >= 7 and <= 15)
        {
            Phones++;
            MarkedPhones += text[0] is '+' or '(' || (separated && (digits >= 10 || text[0] == '0')) ? 1 : 0;
        }

        CodeLike += digits > 0 && large is >= 1 and <= 3 && other == 0 && text.Length <= 12 ? 1 : 0;
    }
}
