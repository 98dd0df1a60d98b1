namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Days with a time, in seconds since 1970-01-01T00:00; in universal time where the cells have an offset.</summary>
internal sealed class TimestampCodec : RoleCodec
{
    private const double SecondsOfDay = 86400;
    private readonly DatePattern _pattern;
    private readonly DateHabits _habits;
    private readonly double _offset;
    private readonly double _min;
    private readonly double _max;

    public TimestampCodec(ColumnEntry entry)
    {
        _pattern = DatePattern.FromPattern(entry.Format ?? "yyyy-MM-ddTHH:mm:ss");
        if (!_pattern.HasTime || !_pattern.HasDate)
            throw new FormatException($"the format {_pattern} is not one of timestamps.");
        _min = Bound(entry.Min, this, entry.Name, "smallest timestamp", DateHabits.FirstDay * SecondsOfDay);
        _max = Bound(entry.Max, this, entry.Name, "largest timestamp", (DateHabits.LastDay + 1) * SecondsOfDay - 1);
        Step = Math.Max(entry.Step ?? 0, _pattern.Resolution);
        _offset = entry.Step > 0 ? entry.Offset : 0;
        bool days = Step % SecondsOfDay == 0;
        _habits = new DateHabits(days ? entry.Habit : DateHabit.None, Math.Floor(Local(_min) / SecondsOfDay),
            Math.Floor(Local(_max) / SecondsOfDay));
    }

    public override ColumnRole Role => ColumnRole.Timestamp;

    public override double Step { get; }

    // Summer time and winter time are taken for one: that of the middle.
    internal override double ClockOffset => Local(_min + ((_max - _min) / 2)) - (_min + ((_max - _min) / 2));

    public override bool TryParse(ReadOnlySpan<char> text, out double value)
    {
        bool read = _pattern.TryParse(text, out DateTime moment, out TimeSpan offset);
        value = read ? (moment - offset - DateTime.UnixEpoch).TotalSeconds : double.NaN;
        return read;
    }

    public override double Nearest(double value)
    {
        // The lattice (whole hours, midnights) is one of the clock that the cells show.
        double clock = Local(Math.Clamp(value, _min, _max));
        double shift = clock - Math.Clamp(value, _min, _max);
        double near = OnLattice(clock, Step, _offset);
        if (near - shift < _min && near + Step - shift <= _max)
            near += Step;
        if (near - shift > _max && near - Step - shift >= _min)
            near -= Step;
        if (_habits.Habit == DateHabit.None)
            return near - shift;
        double day = Math.Floor(near / SecondsOfDay);
        return near + ((_habits.Nearest(day) - day) * SecondsOfDay) - shift;
    }

    public override string Format(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "Only finite numbers are timestamps.");
        double near = Nearest(value);
        TimeSpan offset = _pattern.HasOffset ? _pattern.Offsets.At(near) : TimeSpan.Zero;
        // To the last digit that the pattern writes: a double of seconds is exact to a quarter of a microsecond only.
        double unit = Math.Min(1, _pattern.Resolution);
        long ticks = (long)Math.Round(Math.Round(near / unit) * (unit * TimeSpan.TicksPerSecond));
        return _pattern.Format(DateTime.UnixEpoch.AddTicks(ticks) + offset, offset);
    }

    internal override double ValueOf(DateTime moment)
    {
        double clock = (moment - DateTime.UnixEpoch).TotalSeconds;
        return _pattern.HasOffset ? clock - _pattern.Offsets.At(clock).TotalSeconds : clock;
    }

    private double Local(double seconds) => _pattern.HasOffset ? seconds + _pattern.Offsets.At(seconds).TotalSeconds : seconds;
}
