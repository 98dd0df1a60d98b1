namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Times of day, in seconds since midnight.</summary>
internal sealed class TimeCodec : RoleCodec
{
    private readonly DatePattern _pattern;
    private readonly double _offset;
    private readonly double _min;
    private readonly double _max;

    public TimeCodec(ColumnEntry entry)
    {
        _pattern = DatePattern.FromPattern(entry.Format ?? "HH:mm:ss");
        if (_pattern.HasDate || !_pattern.HasTime)
            throw new FormatException($"the format {_pattern} is not one of times of day.");
        _min = Bound(entry.Min, this, entry.Name, "smallest time", 0);
        _max = Bound(entry.Max, this, entry.Name, "largest time", 86400 - _pattern.Resolution);
        Step = Math.Max(entry.Step ?? 0, _pattern.Resolution);
        _offset = entry.Step > 0 ? entry.Offset : 0;
    }

    public override ColumnRole Role => ColumnRole.Time;

    public override double Step { get; }

    public override bool TryParse(ReadOnlySpan<char> text, out double value)
    {
        bool read = _pattern.TryParse(text, out DateTime moment, out _);
        value = read ? moment.TimeOfDay.TotalSeconds : double.NaN;
        return read;
    }

    public override double Nearest(double value) => Math.Clamp(OnLattice(Math.Clamp(value, _min, _max), Step, _offset), _min, _max);

    public override string Format(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "Only finite numbers are times.");
        long ticks = (long)Math.Round(Nearest(value) * TimeSpan.TicksPerSecond);
        return _pattern.Format(DateTime.UnixEpoch.AddTicks(ticks), _pattern.Offsets.At(0));
    }

    internal override double ValueOf(DateTime moment) => moment.TimeOfDay.TotalSeconds;
}
