using System.Globalization;
using System.Text;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Lengths of time of several numbers with units, such as <c>1h 30m</c> or <c>2 days 4 hours</c>.</summary>
/// <remarks>The pattern has a zero for each number, two where it has at least two digits, and brackets around units that are left out
/// where they are zero: <c>[0d ]0h 00m</c>.</remarks>
internal sealed class UnitDuration
{
    private readonly Part[] _parts;

    /// <param name="parts">From the largest unit to the smallest.</param>
    public UnitDuration(IReadOnlyList<Part> parts) => _parts = [.. parts];

    /// <summary>The smallest unit in seconds.</summary>
    public double Resolution => _parts[^1].Seconds;

    /// <summary>Reads a pattern; null where it is none.</summary>
    public static UnitDuration? FromPattern(string pattern)
    {
        List<Part> parts = [];
        for (int at = 0; at < pattern.Length;)
        {
            bool isOptional = pattern[at] == '[';
            at += isOptional ? 1 : 0;
            int width = pattern.AsSpan(at).IndexOfAnyExcept('0');
            if (width is not (1 or 2))
                return null;
            at += width;
            int end = at + pattern.AsSpan(at).IndexOfAny('0', '[', ']');
            if (end < at)
                end = pattern.Length;
            string text = pattern[at..end];
            if ((end < pattern.Length && pattern[end] == ']') != isOptional || !TrySeconds(text, out double seconds)
                || (parts.Count > 0 && seconds >= parts[^1].Seconds))
                return null;
            parts.Add(new Part(text, seconds, width, isOptional));
            at = end + (isOptional ? 1 : 0);
        }
        return parts.Count > 1 ? new UnitDuration(parts) : null;
    }

    /// <summary>The pattern.</summary>
    public override string ToString() => string.Concat(_parts.Select(part =>
        part.IsOptional ? $"[{new string('0', part.Width)}{part.Text}]" : new string('0', part.Width) + part.Text));

    /// <summary>Reads a cell without sign.</summary>
    public bool TryParse(ReadOnlySpan<char> text, out double seconds)
    {
        seconds = 0;
        int next = 0;
        while (!text.IsEmpty)
        {
            if (!TryCut(ref text, out long count, out _, out ReadOnlySpan<char> unit))
                return false;
            for (; next < _parts.Length && !unit.TrimEnd().SequenceEqual(_parts[next].Text.AsSpan().TrimEnd()); next++)
            {
                if (!_parts[next].IsOptional)
                    return false;
            }
            if (next == _parts.Length)
                return false;
            seconds += count * _parts[next++].Seconds;
        }
        return next > 0 && _parts.Skip(next).All(part => part.IsOptional);
    }

    /// <summary>Writes a length, rounded to the smallest unit.</summary>
    public string Format(double seconds)
    {
        double left = Math.Round(seconds / Resolution) * Resolution;
        var text = new StringBuilder();
        for (int i = 0; i < _parts.Length; i++)
        {
            Part part = _parts[i];
            bool isLast = i == _parts.Length - 1;
            // The smallest unit is a whole number of times in what is left; the half is for rounding.
            double count = Math.Floor((left / part.Seconds) + (isLast ? 0.5 : 1e-9));
            left -= count * part.Seconds;
            if (count == 0 && part.IsOptional && !(isLast && text.Length == 0))
                continue;
            text.Append(((long)count).ToString("D" + part.Width.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
            text.Append(part.Text);
        }
        return text.ToString().TrimEnd();
    }

    /// <summary>Cuts a number and its unit, with the blanks behind it, off the front of a cell.</summary>
    public static bool TryCut(ref ReadOnlySpan<char> text, out long count, out int digits, out ReadOnlySpan<char> unit)
    {
        digits = text.IndexOfAnyExceptInRange('0', '9');
        unit = default;
        count = 0;
        if (digits is < 1 or > 9)
            return false;
        count = long.Parse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
        text = text[digits..];
        int end = text.IndexOfAnyInRange('0', '9');
        unit = end < 0 ? text : text[..end];
        text = text[unit.Length..];
        return true;
    }

    /// <summary>The seconds of a unit: a letter or a word, with blanks or a comma around it.</summary>
    public static bool TrySeconds(ReadOnlySpan<char> unit, out double seconds)
    {
        ReadOnlySpan<char> word = unit.Trim(" ,");
        bool isUnit = Affixes.IsTime(word, nameSpeaksOfTime: true) && !word.Equals("ms", StringComparison.OrdinalIgnoreCase);
        seconds = isUnit ? Affixes.Seconds(word) : 0;
        return isUnit;
    }

    /// <summary>A number and its unit.</summary>
    /// <param name="Text">What is written behind the number.</param>
    /// <param name="Seconds">The unit.</param>
    /// <param name="Width">The fewest digits.</param>
    /// <param name="IsOptional">Whether it is left out where it is zero.</param>
    internal sealed record Part(string Text, double Seconds, int Width, bool IsOptional);
}
