using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A column of TimeSpan.</summary>
/// <param name="name">The column's name in the view.</param>
internal sealed class TimeSpanColumn(string name) : TimeColumn<TimeSpan>(name, TimeSpanDataViewType.Instance)
{
    protected override bool IsMoment => false;

    protected override long LeastTicks => long.MinValue;

    protected override long MostTicks => long.MaxValue;

    protected override long TicksOf(TimeSpan value, bool learn) => value.Ticks;

    // A number alone would be days.
    protected override long? TicksOf(string text) =>
        text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan length)
            ? length.Ticks : null;

    protected override TimeSpan FromTicks(long ticks) => new(ticks);
}
