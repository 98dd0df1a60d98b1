using System.Buffers;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>
/// How a column writes lengths of time: <c>h:mm:ss</c>, <c>hh:mm</c>, <c>d.hh:mm:ss</c>, <c>d days hh:mm:ss</c> (each with <c>.fff</c>
/// where it has decimals),
/// ISO 8601 with the units in use such as <c>PnDTnHnMnS</c> or <c>PTnM</c>, a number with a unit of time such as <c>0.0 min</c>, or
/// several such as <c>0h 00m</c>, with brackets around those that are left out where they are zero: <c>[0h ]0m</c>.
/// </summary>
public sealed class DurationFormat
{
    private const string IsoUnits = "WDHMS";
    private static readonly SearchValues<char> s_isoLetters = SearchValues.Create("nTWDHMS");
    private static readonly double[] s_isoSeconds = [604800, 86400, 3600, 60, 1];
    private readonly string _pattern;
    private readonly NumberFormat? _number;
    private readonly UnitDuration? _units;
    private readonly double _unit = 1;
    private readonly bool _iso;
    private readonly string _days = string.Empty;
    private readonly bool _seconds;
    private readonly int _hourWidth;
    private readonly int _fraction;

    private DurationFormat(string pattern, NumberFormat number)
    {
        (_pattern, _number) = (pattern, number);
        _unit = Affixes.Seconds(number.Suffix);
    }

    private DurationFormat(UnitDuration units) => (_pattern, _units) = (units.ToString(), units);

    private DurationFormat(string pattern, bool iso)
    {
        (_pattern, _iso) = (pattern, iso);
        if (iso)
            return;
        string rest = pattern;
        foreach (string text in ClockDuration.DayTexts)
        {
            if (rest.StartsWith("d" + text, StringComparison.Ordinal))
                (_days, rest) = (text, rest[(1 + text.Length)..]);
        }

        _hourWidth = rest.TakeWhile(c => c == 'h').Count();
        rest = rest[_hourWidth..];
        if (_hourWidth == 0 || !rest.StartsWith(":mm", StringComparison.Ordinal))
            throw Wrong(pattern);
        rest = rest[3..];
        _seconds = rest.StartsWith(":ss", StringComparison.Ordinal);
        rest = _seconds ? rest[3..] : rest;
        _fraction = rest.Length > 1 && _seconds && rest[0] == '.' && rest.AsSpan(1).IndexOfAnyExcept('f') < 0 ? rest.Length - 1 : 0;
        if (rest.Length > 0 && _fraction is 0 or > 9)
            throw Wrong(pattern);
    }

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">The text is no such pattern; the message says what is wrong.</exception>
    public static DurationFormat FromPattern(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (UnitDuration.FromPattern(pattern) is { } units)
            return new DurationFormat(units);
        if (pattern.AsSpan().IndexOfAny('0', '#') >= 0)
        {
            NumberFormat number = NumberFormat.FromPattern(pattern);
            return Affixes.IsTime(number.Suffix, nameSpeaksOfTime: true) ? new DurationFormat(pattern, number) : throw Wrong(pattern);
        }

        bool iso = pattern.StartsWith('P');
        if (iso && (pattern.Length < 3 || pattern.AsSpan(1).ContainsAnyExcept(s_isoLetters)))
            throw Wrong(pattern);
        return new DurationFormat(pattern, iso);
    }

    /// <summary>The pattern; <see cref="FromPattern"/> reads it back.</summary>
    public override string ToString() => _pattern;

    /// <summary>Smallest difference that the pattern writes, in seconds.</summary>
    internal double Resolution => _units != null ? _units.Resolution
        : _number != null ? _unit / PowersOfTen.Of(Math.Min(22, _number.MaxDecimals))
        : _iso ? (_pattern.EndsWith('S') ? 0 : s_isoSeconds[IsoUnits.IndexOf(_pattern[^1], StringComparison.Ordinal)])
        : _fraction > 0 ? 1 / PowersOfTen.Of(_fraction) : _seconds ? 1 : 60;

    /// <summary>Reads a cell; the value is in seconds.</summary>
    /// <returns>False where the cell is something else.</returns>
    public bool TryParse(ReadOnlySpan<char> text, out double seconds)
    {
        text = text.Trim();
        seconds = double.NaN;
        if (_number != null)
        {
            bool read = _number.TryParse(text, out double value);
            seconds = value * _unit;
            return read;
        }

        bool negative = text.Length > 0 && text[0] == '-';
        ReadOnlySpan<char> rest = negative ? text[1..] : text;
        bool fits = _units != null ? _units.TryParse(rest, out seconds)
            : _iso ? TryIso(rest, out seconds, out _) : TryClock(rest, out ClockDuration clock)
            && clock.Fits(_days, _seconds, _hourWidth, _fraction, out seconds);
        seconds = negative ? -seconds : seconds;
        return fits;
    }

    /// <summary>Writes a number of seconds.</summary>
    public string Format(double seconds)
    {
        if (!double.IsFinite(seconds))
            throw new ArgumentOutOfRangeException(nameof(seconds), seconds, "Only finite durations can be written.");
        if (_number != null)
            return _number.Format(seconds / _unit);
        double magnitude = Math.Min(Math.Abs(seconds), 1e15);
        string text = _units != null ? _units.Format(magnitude) : _iso ? Iso(magnitude) : Clock(magnitude);
        return seconds < 0 && text.AsSpan().ContainsAnyInRange('1', '9') ? "-" + text : text;
    }

    /// <summary>Reads P1DT2H3M4.5S without sign.</summary>
    internal static bool TryIso(ReadOnlySpan<char> text, out double seconds, out string units)
    {
        (seconds, units) = (0, string.Empty);
        if (text.Length < 3 || text[0] != 'P')
            return false;
        bool time = false;
        int unit = -1;
        for (int at = 1; at < text.Length;)
        {
            if (text[at] == 'T' && !time)
            {
                (time, at) = (true, at + 1);
                continue;
            }

            int start = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
                at++;
            int next = at < text.Length ? IsoUnits.IndexOf(text[at], StringComparison.Ordinal) : -1;
            if (next <= unit || next >= 2 != time || !double.TryParse(text[start..at], NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out double value))
                return false;
            seconds += value * s_isoSeconds[next];
            units += text[at];
            unit = next;
            at++;
        }

        return units.Length > 0;
    }

    /// <summary>Reads 1.02:03:04.5 without sign.</summary>
    internal static bool TryClock(ReadOnlySpan<char> text, out ClockDuration clock) => ClockDuration.TryParse(text, out clock);

    private static FormatException Wrong(string pattern) => new(
        $"The duration format '{pattern}' must be like h:mm:ss, d.hh:mm:ss.fff, PnDTnHnMnS "
        + "or numbers with units of time such as 0.0 min or 0h 00m.");

    private string Clock(double magnitude)
    {
        double resolution = Resolution;
        decimal total = (decimal)Math.Round(magnitude / resolution) * (decimal)resolution;
        long whole = (long)decimal.Truncate(total);
        var text = new StringBuilder();
        long hours = whole / 3600;
        if (_days.Length > 0)
        {
            text.Append(hours / 24).Append(_days);
            hours %= 24;
        }

        text.Append(hours.ToString("D" + _hourWidth.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
        text.Append(CultureInfo.InvariantCulture, $":{whole / 60 % 60:D2}");
        if (_seconds)
            text.Append(CultureInfo.InvariantCulture, $":{whole % 60:D2}");
        if (_fraction > 0)
            text.Append((total - whole).ToString("F" + _fraction.ToString(CultureInfo.InvariantCulture),
                CultureInfo.InvariantCulture).AsSpan(1));
        return text.ToString();
    }

    private string Iso(double magnitude)
    {
        if (Resolution > 0)
            magnitude = Math.Round(magnitude / Resolution) * Resolution;
        var text = new StringBuilder("P");
        bool time = false;
        for (int i = 0; i < IsoUnits.Length; i++)
        {
            if (!_pattern.Contains(IsoUnits[i], StringComparison.Ordinal))
                continue;
            bool last = _pattern[^1] == IsoUnits[i];
            double count = last ? magnitude / s_isoSeconds[i] : Math.Floor(magnitude / s_isoSeconds[i]);
            magnitude -= count * s_isoSeconds[i];
            if (count == 0 && !(last && text.Length <= 1 + (time ? 1 : 0)))
                continue;
            if (i >= 2 && !time)
                text.Append('T');
            time |= i >= 2;
            text.Append(Math.Round(count, 6).ToString("0.######", CultureInfo.InvariantCulture)).Append(IsoUnits[i]);
        }

        return text.ToString();
    }
}
