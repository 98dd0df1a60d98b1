namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Lengths of time, in seconds.</summary>
internal sealed class DurationCodec : RoleCodec
{
    private readonly DurationFormat _format;
    private readonly double _offset;
    private readonly double _min;
    private readonly double _max;

    public DurationCodec(ColumnEntry entry)
    {
        _format = DurationFormat.FromPattern(entry.Format ?? "hh:mm:ss");
        _min = Bound(entry.Min, this, entry.Name, "smallest duration", double.NegativeInfinity);
        _max = Bound(entry.Max, this, entry.Name, "largest duration", double.PositiveInfinity);
        Step = Math.Max(entry.Step ?? 0, _format.Resolution);
        _offset = entry.Step > 0 ? entry.Offset : 0;
    }

    public override ColumnRole Role => ColumnRole.Duration;

    public override double Step { get; }

    public override bool TryParse(ReadOnlySpan<char> text, out double value) => _format.TryParse(text, out value);

    public override double Nearest(double value) => Math.Clamp(OnLattice(Math.Clamp(value, _min, _max), Step, _offset), _min, _max);

    public override string Format(double value) => _format.Format(Nearest(value));
}
