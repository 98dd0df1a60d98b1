namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Days, months or years; in days since 1970-01-01, months and years by their first day.</summary>
internal sealed class DateCodec : RoleCodec
{
    private readonly DatePattern _pattern;
    private readonly DateHabits _habits;
    private readonly double _min;
    private readonly double _max;

    public DateCodec(ColumnEntry entry)
    {
        _pattern = DatePattern.FromPattern(entry.Format ?? "yyyy-MM-dd");
        if (_pattern.HasTime || !_pattern.HasDate)
            throw new FormatException($"the format {_pattern} is not one of dates.");
        _min = Bound(entry.Min, this, entry.Name, "smallest date", DateHabits.FirstDay);
        _max = Bound(entry.Max, this, entry.Name, "largest date", DateHabits.LastDay);
        _habits = new DateHabits(entry.Habit, _min, _max);
    }

    public override ColumnRole Role => ColumnRole.Date;

    public override double Step => 1;

    public override bool TryParse(ReadOnlySpan<char> text, out double value)
    {
        bool read = _pattern.TryParse(text, out DateTime moment, out _);
        value = read ? ValueOf(moment) : double.NaN;
        return read;
    }

    public override double Nearest(double value)
    {
        double day = Math.Clamp(Math.Round(value), _min, _max);
        if (_pattern.HasDay)
            return _habits.Nearest(day);
        // The month or the year whose first day is nearest.
        DateTime date = DateTime.UnixEpoch.AddDays(day);
        DateTime first = new(date.Year, _pattern.HasMonth ? date.Month : 1, 1, 0, 0, 0, DateTimeKind.Utc);
        bool last = first.Year == 9999 && (!_pattern.HasMonth || first.Month == 12);
        DateTime next = last ? first : _pattern.HasMonth ? first.AddMonths(1) : first.AddYears(1);
        return ValueOf(next - date < date - first && ValueOf(next) <= _max ? next : first);
    }

    public override string Format(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "Only finite numbers are dates.");
        return _pattern.Format(DateTime.UnixEpoch.AddDays(Nearest(value)), TimeSpan.Zero);
    }

    internal override double ValueOf(DateTime moment) => (moment - DateTime.UnixEpoch).TotalDays;
}
