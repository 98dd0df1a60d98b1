namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Finds out, while cells pass, whether a column holds lengths of time as on a clock or in ISO 8601.</summary>
internal sealed class DurationEvidence
{
    private readonly HashSet<char> _units = [];
    private bool _iso;
    private string _days = string.Empty;
    private bool _seconds;
    private int _hourWidth = int.MaxValue;
    private int _fraction;

    public long Cells { get; private set; }
    public MisfitWords Misfits { get; } = new();
    public double Min { get; private set; } = double.PositiveInfinity;
    public double Max { get; private set; } = double.NegativeInfinity;

    /// <summary>Whether a cell cannot be a time of day: a day, an hour of 24 and more, a sign, ISO 8601.</summary>
    public bool IsCertain { get; private set; }
    public bool IsDuration => Misfits.AreMarks(Cells);

    public string Pattern => _iso
        ? "P" + string.Concat("WD".Where(_units.Contains).Select(u => "n" + u))
            + ("HMS".Any(_units.Contains) ? "T" : string.Empty) + string.Concat("HMS".Where(_units.Contains).Select(u => "n" + u))
        : (_days.Length > 0 ? "d" + _days : string.Empty) + new string('h', _hourWidth) + ":mm" + (_seconds ? ":ss" : string.Empty)
            + (_fraction > 0 ? "." + new string('f', _fraction) : string.Empty);

    /// <summary>Looks at one cell (without outer blanks).</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        if (Misfits.Hard > 0)
            return;
        bool negative = text.Length > 1 && text[0] == '-';
        ReadOnlySpan<char> rest = negative ? text[1..] : text;
        double seconds;
        if (DurationFormat.TryIso(rest, out seconds, out string units) && (Cells == 0 || _iso))
        {
            _iso = IsCertain = true;
            _units.UnionWith(units);
        }
        else if (DurationFormat.TryClock(rest, out ClockDuration clock) && !_iso
            && (Cells == 0 || (clock.DaysText == _days && clock.HasSeconds == _seconds && clock.Fraction.Length == _fraction)))
        {
            (_days, _seconds, _fraction) = (clock.DaysText, clock.HasSeconds, clock.Fraction.Length);
            _hourWidth = Math.Min(_hourWidth, clock.HourWidth);
            IsCertain |= clock.HasDays || clock.Hours >= 24 || negative;
            seconds = clock.TotalSeconds;
        }
        else
        {
            Misfits.Add(text);
            return;
        }

        Cells++;
        Min = Math.Min(Min, negative ? -seconds : seconds);
        Max = Math.Max(Max, negative ? -seconds : seconds);
    }
}
