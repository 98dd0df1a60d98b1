namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Finds the one date format that all cells of a column have, while they pass.</summary>
internal sealed class DateEvidence
{
    private readonly DateToken[] _tokens = new DateToken[DateTokens.Most];
    private DateToken[] _template = [];
    private string _sample = string.Empty;
    private List<DateCandidate> _candidates = [];
    private int[] _shortest = [];
    private int[] _longest = [];
    private bool[] _leadingZero = [];
    private LetterCase?[] _case = [];
    private bool _mixedCase;
    private int _longNames = (1 << DateWords.Languages.Length) - 1;
    private int _shortNames = (1 << DateWords.Languages.Length) - 1;

    public long Cells { get; private set; }

    /// <summary>Different cells that do not fit.</summary>
    public MisfitWords Misfits { get; } = new();

    /// <summary>The ways that all cells allow, likely ones first.</summary>
    public IEnumerable<DateCandidate> Alive => !Misfits.AreMarks(Cells) || (_longNames | _shortNames) == 0 ? []
        : _candidates.Where(c => c.IsAlive);

    /// <summary>Whether all separators between numbers are points, as in d.M.yyyy.</summary>
    public bool HasPoints => _template.Any(token => token.Kind == '.');

    /// <summary>Whether the cells hold digits alone.</summary>
    public bool IsDigitsOnly => _template.Length > 0 && _template.All(token => token.IsDigits);

    /// <summary>Looks at one cell (without outer blanks).</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        // Four cells without a date among them, or one that spoils the format: not a column of dates.
        if (Misfits.Hard > 0)
            return;
        int count = DateTokens.Cut(text, _tokens);
        if (Cells == 0 && count > 0)
            Start(text, count);
        if (count == 0 || count != _template.Length || !TryAdd(text, _tokens.AsSpan(0, count)))
        {
            Misfits.Add(text);
            return;
        }

        Cells++;
    }

    /// <summary>The pattern of a candidate.</summary>
    public DatePattern ToPattern(DateCandidate candidate)
    {
        int names = _shortNames != 0 ? _shortNames : _longNames;
        // May is long and short: three letters everywhere mean short names, otherwise long ones.
        bool isLong = _shortNames == 0;
        int language = System.Numerics.BitOperations.TrailingZeroCount(names);
        var elements = new List<DateElement>();
        for (int i = 0; i < _template.Length; i++)
        {
            DateField field = candidate.Layout[i];
            if (field == DateField.Offset)
            {
                // +02:00 is two numbers with a colon between them; +0200 and +02 are one.
                if (_template[i - 1].Kind == ':')
                {
                    elements.RemoveAt(elements.Count - 1);
                    elements[^1] = new DateElement(DateField.Offset, 6);
                }
                else
                {
                    elements[^1] = new DateElement(DateField.Offset, _template[i].Length == 4 ? 5 : 3);
                }

                continue;
            }

            if (_template[i].IsDigits && field != DateField.Literal)
            {
                bool padded = _leadingZero[i] || _shortest[i] == 2;
                int width = field is DateField.Year or DateField.Fraction ? _longest[i] : padded ? 2 : 1;
                elements.Add(new DateElement(field, width));
            }
            else if (_template[i].IsWord && field != DateField.Literal)
            {
                field = isLong ? field : field == DateField.MonthName ? DateField.MonthShort : field == DateField.DayName
                    ? DateField.DayShort : field;
                elements.Add(new DateElement(field, Case: _case[i] ?? LetterCase.Usual));
            }
            else
            {
                elements.AddRange(_sample.Substring(_template[i].Start, _template[i].Length).Select(c =>
                    new DateElement(DateField.Literal, Literal: c)));
            }
        }

        return new DatePattern(elements, language, OffsetChanges.Zero);
    }

    private void Start(ReadOnlySpan<char> text, int count)
    {
        List<DateField[]> layouts = DateLayouts.Of(text, _tokens.AsSpan(0, count));
        if (layouts.Count == 0)
            return;
        _template = _tokens[..count];
        _sample = text.ToString();
        _candidates = [.. layouts.Select(layout => new DateCandidate(layout))];
        _shortest = [.. _template.Select(t => t.Length)];
        _longest = [.. _shortest];
        _leadingZero = new bool[count];
        _case = new LetterCase?[count];
    }

    private bool TryAdd(ReadOnlySpan<char> text, ReadOnlySpan<DateToken> tokens)
    {
        DateField[] layout = _candidates[0].Layout;
        var words = new DateParts();
        for (int i = 0; i < tokens.Length; i++)
        {
            DateToken token = tokens[i], model = _template[i];
            bool isOffsetSign = i + 1 < layout.Length && layout[i + 1] == DateField.Offset && token.Kind is '+' or '-';
            if (token.Kind != model.Kind && !isOffsetSign)
                return false;
            if (token.IsWord && !TryWord(text.Slice(token.Start, token.Length), i, layout[i], ref words))
                return false;
            if (!token.IsDigits)
                continue;
            // Only numbers below 100 may have one digit or two; decimals of a second and years have one width.
            if (token.Length != model.Length && (token.Length > 2 || model.Length > 2))
                return false;
            _shortest[i] = Math.Min(_shortest[i], token.Length);
            _longest[i] = Math.Max(_longest[i], token.Length);
            _leadingZero[i] |= token.Length == 2 && text[token.Start] == '0';
        }

        bool anyAlive = false;
        foreach (DateCandidate candidate in _candidates)
        {
            candidate.Add(text, tokens, words);
            anyAlive |= candidate.IsAlive;
        }

        return anyAlive;
    }

    private bool TryWord(ReadOnlySpan<char> word, int i, DateField field, ref DateParts parts)
    {
        if (field == DateField.Literal)
            return word.SequenceEqual(_sample.AsSpan(_template[i].Start, _template[i].Length));
        LetterCase letters = word.ContainsAnyInRange('a', 'z') ? word.ContainsAnyInRange('A', 'Z') ? LetterCase.Usual : LetterCase.Lower
            : LetterCase.Upper;
        if (field == DateField.AmPm)
        {
            letters = letters == LetterCase.Upper ? LetterCase.Usual : letters;
            parts.IsPm = word[0] is 'p' or 'P';
        }
        else
        {
            int longNames = 0, shortNames = 0;
            bool month = field == DateField.MonthName;
            for (int language = 0; language < DateWords.Languages.Length; language++)
            {
                int full = DateWords.IndexOf(field, language, word);
                int brief = DateWords.IndexOf(month ? DateField.MonthShort : DateField.DayShort, language, word);
                longNames |= full >= 0 ? 1 << language : 0;
                shortNames |= brief >= 0 ? 1 << language : 0;
                int index = Math.Max(full, brief);
                if (index < 0 || ((_longNames | _shortNames) & (1 << language)) == 0)
                    continue;
                if (month)
                    parts.Month = index + 1;
                else
                    parts.Weekday = index;
            }

            _longNames &= longNames;
            _shortNames &= shortNames;
            // Languages that write names of months small all the same count as usual.
            if (letters == LetterCase.Lower && word.SequenceEqual(word.ToString().ToLowerInvariant()) && (_longNames | _shortNames) >= 4
                && ((_longNames | _shortNames) & 3) == 0)
                letters = LetterCase.Usual;
        }

        _mixedCase |= _case[i] != null && _case[i] != letters;
        _case[i] = _mixedCase ? LetterCase.Usual : letters;
        return field == DateField.AmPm || (_longNames | _shortNames) != 0;
    }
}
