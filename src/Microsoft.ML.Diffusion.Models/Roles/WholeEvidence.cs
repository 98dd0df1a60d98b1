using System.Globalization;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>What a column of digits says beyond its numbers: widths, leading zeros, order.</summary>
internal sealed class WholeEvidence
{
    private const long LargestExact = 1L << 53;
    private long _previous;
    private bool _any;

    /// <summary>Whether all cells are whole numbers in plain digits (34 or 34.0).</summary>
    public bool IsAlive { get; private set; } = true;
    public bool HasLeadingZero { get; private set; }
    public bool HasNegative { get; private set; }

    /// <summary>Whether some number is too large for a double to hold exactly.</summary>
    public bool HasHuge { get; private set; }
    public int MinWidth { get; private set; } = int.MaxValue;
    public int MaxWidth { get; private set; }
    public long Min { get; private set; } = long.MaxValue;
    public long Max { get; private set; } = long.MinValue;

    /// <summary>Whether every row has one more than the row before.</summary>
    public bool IsRising { get; private set; } = true;

    /// <summary>Whether all cells are spelt with .0 behind.</summary>
    public bool EndsInPointZero { get; private set; }
    public bool HasFixedWidth => MinWidth == MaxWidth;

    /// <summary>Notes that a cell came again, so that the column cannot rise by one.</summary>
    public void Repeat() => IsRising = false;

    /// <summary>Looks at one cell (without outer blanks).</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        // Words without digits among numbers may be marks; NumberEvidence judges them.
        if (!IsAlive || !text.ContainsAnyInRange('0', '9'))
            return;
        bool negative = text.Length > 1 && text[0] == '-';
        ReadOnlySpan<char> digits = negative ? text[1..] : text;
        bool pointZero = digits.Length > 2 && digits.EndsWith(".0");
        if (pointZero)
            digits = digits[..^2];
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
        {
            IsAlive = false;
            return;
        }

        EndsInPointZero |= pointZero;
        HasLeadingZero |= digits.Length > 1 && digits[0] == '0';
        HasNegative |= negative;
        MinWidth = Math.Min(MinWidth, digits.Length);
        MaxWidth = Math.Max(MaxWidth, digits.Length);
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long value))
        {
            (HasHuge, IsRising) = (true, false);
            return;
        }

        value = negative ? -value : value;
        HasHuge |= value is > LargestExact or < -LargestExact;
        Min = Math.Min(Min, value);
        Max = Math.Max(Max, value);
        IsRising &= !_any || value == _previous + 1;
        (_previous, _any) = (value, true);
    }
}
