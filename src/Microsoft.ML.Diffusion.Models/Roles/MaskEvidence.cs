using System.Globalization;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Finds out, while cells pass, which characters stand where: <c>C-00123</c> is a prefix and a number, a GUID has 36
/// characters.</summary>
internal sealed class MaskEvidence
{
    private const int LongestMask = 64;
    private KeyCharacter[]? _mask;
    private bool _fixed = true;
    private string? _prefix;
    private bool _numbered = true;
    private long _previous;

    public long Cells { get; private set; }

    /// <summary>What stands at each position, where all cells have the same length; null otherwise.</summary>
    public IReadOnlyList<KeyCharacter>? Mask => _fixed && Cells > 0 ? _mask : null;

    /// <summary>Whether all cells are one prefix with a number behind.</summary>
    public bool IsNumbered => _numbered && Cells > 0;
    public string Prefix => _prefix ?? string.Empty;
    public int MinDigits { get; private set; } = int.MaxValue;
    public int MaxDigits { get; private set; }
    public bool HasLeadingZero { get; private set; }
    public long Min { get; private set; } = long.MaxValue;
    public long Max { get; private set; } = long.MinValue;

    /// <summary>Whether every row's number is one more than that of the row before.</summary>
    public bool IsRising { get; private set; } = true;

    public long Guids { get; private set; }
    public bool HasUpperGuids { get; private set; }

    /// <summary>Notes that a cell came again.</summary>
    public void Repeat() => IsRising = false;

    /// <summary>Looks at one cell (without outer blanks).</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        Cells++;
        if (text.Length == 36 && text[8] == '-' && Guid.TryParseExact(text, "D", out _))
        {
            Guids++;
            HasUpperGuids |= text.ContainsAnyInRange('A', 'F');
        }

        if (_fixed)
            AddMask(text);
        if (_numbered)
            AddNumber(text);
    }

    private void AddMask(ReadOnlySpan<char> text)
    {
        if (_mask == null && text.Length is > 0 and <= LongestMask)
        {
            _mask = new KeyCharacter[text.Length];
            for (int i = 0; i < text.Length; i++)
                _mask[i] = KeyCharacter.Of(text[i]);
            return;
        }

        _fixed = _mask != null && text.Length == _mask.Length;
        for (int i = 0; i < text.Length && _fixed; i++)
            _fixed = _mask![i].TryWiden(text[i], out _mask[i]);
    }

    private void AddNumber(ReadOnlySpan<char> text)
    {
        int start = text.Length;
        while (start > 0 && char.IsAsciiDigit(text[start - 1]))
            start--;
        ReadOnlySpan<char> digits = text[start..];
        _prefix ??= text[..start].ToString();
        if (!text[..start].SequenceEqual(_prefix) || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture,
            out long value))
        {
            _numbered = IsRising = false;
            return;
        }

        MinDigits = Math.Min(MinDigits, digits.Length);
        MaxDigits = Math.Max(MaxDigits, digits.Length);
        HasLeadingZero |= digits.Length > 1 && digits[0] == '0';
        Min = Math.Min(Min, value);
        Max = Math.Max(Max, value);
        IsRising &= Cells == 1 || value == _previous + 1;
        _previous = value;
    }
}
