using System.Globalization;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>A length of time as on a clock: 1.02:03:04.5, or, as pandas writes it, 1 days 02:03:04.5.</summary>
internal readonly record struct ClockDuration(string DaysText, long Days, long Hours, int HourWidth, int Minutes, bool HasSeconds,
    int Seconds, string Fraction)
{
    /// <summary>What may stand behind the number of days.</summary>
    public static readonly string[] DayTexts = [".", " days "];

    /// <summary>Whether it has a number of days.</summary>
    public bool HasDays => DaysText.Length > 0;

    /// <summary>The length in seconds.</summary>
    public double TotalSeconds => (((((Days * 24) + Hours) * 60) + Minutes) * 60) + Seconds
        + (Fraction.Length == 0 ? 0 : double.Parse("0." + Fraction, CultureInfo.InvariantCulture));

    /// <summary>Reads a cell without sign.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ClockDuration clock)
    {
        clock = default;
        int colon = text.IndexOf(':');
        if (colon < 1 || text.Length > 32)
            return false;
        ReadOnlySpan<char> head = text[..colon], tail = text[(colon + 1)..];
        string daysText = string.Empty;
        long days = 0;
        int end = head.IndexOfAnyExceptInRange('0', '9');
        if (end >= 0)
        {
            if (!long.TryParse(head[..end], NumberStyles.None, CultureInfo.InvariantCulture, out days))
                return false;
            string? behind = null;
            foreach (string each in DayTexts)
                behind ??= head[end..].StartsWith(each) ? each : null;
            if (behind is null)
                return false;
            daysText = behind;
            head = head[(end + behind.Length)..];
        }
        if (!long.TryParse(head, NumberStyles.None, CultureInfo.InvariantCulture, out long hours) || head.Length > 9 || days > 1 << 30
            || tail.Length < 2 || !TryTwo(tail, out int minutes))
            return false;
        tail = tail[2..];
        int seconds = 0;
        bool hasSeconds = !tail.IsEmpty;
        if (hasSeconds && (tail.Length < 3 || tail[0] != ':' || !TryTwo(tail[1..], out seconds)))
            return false;
        tail = hasSeconds ? tail[3..] : tail;
        if (!tail.IsEmpty && (tail[0] != '.' || tail.Length is < 2 or > 10 || tail[1..].ContainsAnyExceptInRange('0', '9')))
            return false;
        clock = new ClockDuration(daysText, days, hours, head.Length, minutes, hasSeconds, seconds, tail.IsEmpty ? string.Empty
            : tail[1..].ToString());
        return minutes < 60 && seconds < 60;
    }

    /// <summary>Whether a column of the given form may hold it.</summary>
    public bool Fits(string daysText, bool seconds, int hourWidth, int fraction, out double total)
    {
        total = TotalSeconds;
        return daysText == DaysText && seconds == HasSeconds && HourWidth >= hourWidth && Fraction.Length == fraction;
    }

    private static bool TryTwo(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        return text.Length >= 2 && int.TryParse(text[..2], NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
