using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A column of TimeSpan.</summary>
/// <param name="name">The column's name in the view.</param>
internal sealed class TimeSpanColumn(string name) : TimeColumn<TimeSpan>(name, TimeSpanDataViewType.Instance)
{
    // Half the range: what lies beyond is rounded away in a double before it is clamped.
    protected override bool IsMoment => false;

    protected override long LeastTicks => long.MinValue / 2;

    protected override long MostTicks => long.MaxValue / 2;

    protected override long TicksOf(TimeSpan value, bool learn) => value.Ticks;

    protected override TimeSpan FromTicks(long ticks) => new(ticks);
}
