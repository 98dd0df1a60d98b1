using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A column of DateTime, DateTimeOffset or TimeSpan, modelled as seconds. A value that is made is a whole multiple of the largest
/// unit that all values read are multiples of: whole days where every value is a midnight.</summary>
/// <param name="name">The column's name in the view.</param>
/// <param name="type">The column's type in the view.</param>
internal abstract class TimeColumn<T>(string name, DataViewType type) : CompleteColumn<T>(name, type)
{
    private static readonly long[] s_units =
    [
        TimeSpan.TicksPerDay, TimeSpan.TicksPerHour, TimeSpan.TicksPerMinute, TimeSpan.TicksPerSecond, TimeSpan.TicksPerMillisecond, 1,
    ];

    // Which of the units above.
    private byte _unit;

    public override IEnumerable<TableColumn> TableColumns => [TableColumn.Numeric(Name)];

    public override CellReader OpenReader(DataViewRow row, DataViewSchema.Column source, bool learn)
    {
        ValueGetter<T> get = row.GetGetter<T>(source);
        T value = default!;
        return cells =>
        {
            get(ref value);
            long ticks = TicksOf(value, learn);
            while (learn && ticks % s_units[_unit] != 0)
                _unit++;
            cells[0] = ticks / (double)TimeSpan.TicksPerSecond;
        };
    }

    public override Delegate MakingGetter(RowCells row, int first) => (ValueGetter<T>)((ref T value) =>
    {
        double seconds = row()[first];
        double units = Math.Round((double.IsNaN(seconds) ? 0 : seconds) * TimeSpan.TicksPerSecond / s_units[_unit]);
        value = FromTicks((long)Math.Clamp(units * s_units[_unit], LeastTicks, MostTicks));
    });

    /// <summary>The earliest and the latest value of the type.</summary>
    protected abstract long LeastTicks { get; }

    /// <inheritdoc cref="LeastTicks"/>
    protected abstract long MostTicks { get; }

    /// <summary>A value in units of 100 nanoseconds.</summary>
    protected abstract long TicksOf(T value, bool learn);

    /// <summary>The value of so many units of 100 nanoseconds.</summary>
    protected abstract T FromTicks(long ticks);

    protected override void WriteDetails(BinaryWriter writer) => writer.Write(_unit);

    protected override void ReadDetails(BinaryReader reader)
    {
        _unit = reader.ReadByte();
        if (_unit >= s_units.Length)
            throw new InvalidDataException($"The model file is damaged: column '{Name}' has no such unit of time.");
    }
}
