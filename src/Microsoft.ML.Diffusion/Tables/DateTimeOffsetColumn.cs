using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A column of moments with an offset, modelled by their clock time; those that are made have the offset of the nearest day that
/// was observed.</summary>
/// <param name="name">The column's name in the view.</param>
internal sealed class DateTimeOffsetColumn(string name) : TimeColumn<DateTimeOffset>(name, DateTimeOffsetDataViewType.Instance)
{
    private static readonly long s_origin = DateTime.UnixEpoch.Ticks;

    private OffsetTimeline _offsets = new();

    protected override bool IsMoment => true;

    protected override long LeastTicks => -s_origin;

    protected override long MostTicks => DateTime.MaxValue.Ticks - s_origin;

    protected override long TicksOf(DateTimeOffset value, bool learn)
    {
        long ticks = value.Ticks - s_origin;
        if (learn)
            _offsets.Learn(ticks, (short)value.TotalOffsetMinutes);
        return ticks;
    }

    // Another offset than the column has then is turned into it: the moment is the same.
    protected override long? TicksOf(string text)
    {
        if (IsoMoment.Read(text) is not { } moment)
            return null;
        long clock = moment.Clock.Ticks - s_origin;
        if (moment.Offset is not { } offset)
            return clock;
        long universal = clock - offset.Ticks;
        long about = universal + (_offsets.MinutesAt(clock) * TimeSpan.TicksPerMinute);
        return universal + (_offsets.MinutesAt(about) * TimeSpan.TicksPerMinute);
    }

    protected override DateTimeOffset FromTicks(long ticks)
    {
        // On the first and the last day there are clock times that are no moment of the type with the offset of others of that day.
        long clock = ticks + s_origin, offset = _offsets.MinutesAt(ticks) * TimeSpan.TicksPerMinute;
        bool isMoment = clock - offset >= 0 && clock - offset <= DateTime.MaxValue.Ticks;
        return new DateTimeOffset(clock, isMoment ? new TimeSpan(offset) : TimeSpan.Zero);
    }

    protected override void WriteDetails(BinaryWriter writer)
    {
        base.WriteDetails(writer);
        _offsets.Write(writer);
    }

    protected override void ReadDetails(BinaryReader reader)
    {
        base.ReadDetails(reader);
        _offsets = OffsetTimeline.Read(reader, Name);
    }
}
