using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A column of moments with an offset, modelled by their clock time; those that are made have the first row's offset.</summary>
/// <param name="name">The column's name in the view.</param>
internal sealed class DateTimeOffsetColumn(string name) : TimeColumn<DateTimeOffset>(name, DateTimeOffsetDataViewType.Instance)
{
    private static readonly long s_origin = DateTime.UnixEpoch.Ticks;

    // In minutes, as DateTimeOffset itself has it.
    private short? _offset;

    protected override bool IsMoment => true;

    protected override long LeastTicks => TimeSpan.TicksPerDay - s_origin;

    protected override long MostTicks => DateTime.MaxValue.Ticks - s_origin - TimeSpan.TicksPerDay;

    protected override long TicksOf(DateTimeOffset value, bool learn)
    {
        if (learn)
            _offset ??= (short)value.TotalOffsetMinutes;
        return value.Ticks - s_origin;
    }

    protected override DateTimeOffset FromTicks(long ticks) => new(ticks + s_origin, TimeSpan.FromMinutes(_offset ?? 0));

    protected override void WriteDetails(BinaryWriter writer)
    {
        base.WriteDetails(writer);
        writer.Write(_offset ?? 0);
    }

    protected override void ReadDetails(BinaryReader reader)
    {
        base.ReadDetails(reader);
        _offset = reader.ReadInt16();
        if (Math.Abs(_offset.Value) > 14 * 60)
            throw FileItems.Damaged($"column '{Name}' has an offset of {_offset} minutes");
    }
}
