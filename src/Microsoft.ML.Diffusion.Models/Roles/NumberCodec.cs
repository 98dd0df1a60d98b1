namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Numbers and amounts. The range does not bind what is written, except that whole numbers stay inside Int64.</summary>
internal sealed class NumberCodec : RoleCodec
{
    // The largest double that is an Int64.
    private const double LargestWhole = 9223372036854774784;
    private readonly NumberFormat _format;
    private readonly double _offset;
    private readonly bool _whole;

    public NumberCodec(ColumnEntry entry)
    {
        Role = entry.Role;
        _format = NumberFormat.FromPattern(entry.Format ?? "0.################");
        Step = entry.Step ?? 0;
        _offset = entry.Offset;
        _whole = (_format.MaxDecimals == 0 && _format.Exponent == null) || (Step >= 1 && Math.Truncate(Step) == Step
            && Math.Truncate(_offset) == _offset);
        if (Step == 0 && _whole)
            Step = 1;
    }

    public override ColumnRole Role { get; }

    public override double Step { get; }

    internal override double SpacingAt(double value)
    {
        double digit = Math.Pow(10, -_format.MaxDecimals);
        return Math.Max(Step, _format.Exponent is null ? digit : Math.Abs(value) * digit);
    }

    public override bool TryParse(ReadOnlySpan<char> text, out double value) => _format.TryParse(text, out value);

    public override double Nearest(double value)
    {
        double near = OnLattice(value, Step, _offset);
        // A rounded product such as 3 * 0.1 is not the number that its digits say; the format cuts it. -0 keeps its sign.
        near = near == 0 ? (double.IsNegative(value) && value == 0 ? -0.0 : 0) : near;
        return _whole ? Math.Clamp(near, -LargestWhole, LargestWhole) : near;
    }

    public override string Format(double value) => _format.Format(Nearest(value));
}
