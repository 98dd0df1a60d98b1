using System.Globalization;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Whole numbers that are seconds or milliseconds since 1970; in seconds.</summary>
internal sealed class EpochCodec : RoleCodec
{
    private readonly double _unit;
    private readonly double _offset;
    private readonly double _min;
    private readonly double _max;

    public EpochCodec(ColumnEntry entry)
    {
        _unit = entry.Format == "epoch ms" ? 1000 : 1;
        _min = Bound(entry.Min, this, entry.Name, "smallest timestamp", -1L << 52);
        _max = Bound(entry.Max, this, entry.Name, "largest timestamp", 1L << 52);
        Step = Math.Max(entry.Step ?? 0, 1 / _unit);
        _offset = entry.Step > 0 ? entry.Offset : 0;
    }

    public override ColumnRole Role => ColumnRole.Timestamp;

    public override double Step { get; }

    public override bool TryParse(ReadOnlySpan<char> text, out double value)
    {
        text = text.Trim();
        bool read = long.TryParse(text.EndsWith(".0") ? text[..^2] : text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out long whole);
        value = read ? whole / _unit : double.NaN;
        return read;
    }

    public override double Nearest(double value) => Math.Clamp(OnLattice(Math.Clamp(value, _min, _max), Step, _offset), _min, _max);

    public override string Format(double value) => double.IsFinite(value)
        ? ((long)Math.Round(Nearest(value) * _unit)).ToString(CultureInfo.InvariantCulture)
        : throw new ArgumentOutOfRangeException(nameof(value), value, "Only finite numbers are timestamps.");

    internal override double ValueOf(DateTime moment) => (moment - DateTime.UnixEpoch).TotalSeconds;
}
