using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A column of DateTime.</summary>
/// <param name="name">The column's name in the view.</param>
internal sealed class DateTimeColumn(string name) : TimeColumn<DateTime>(name, DateTimeDataViewType.Instance)
{
    // So that a double holds recent dates to the microsecond.
    private static readonly long s_origin = DateTime.UnixEpoch.Ticks;

    protected override bool IsMoment => true;

    protected override long LeastTicks => -s_origin;

    protected override long MostTicks => DateTime.MaxValue.Ticks - s_origin;

    protected override long TicksOf(DateTime value, bool learn) => value.Ticks - s_origin;

    // An offset other than that of universal time would be lost.
    protected override long? TicksOf(string text) =>
        IsoMoment.Read(text) is { } moment && (moment.Offset ?? TimeSpan.Zero) == TimeSpan.Zero ? moment.Clock.Ticks - s_origin : null;

    protected override DateTime FromTicks(long ticks) => new(ticks + s_origin);
}
