using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A column of DateTime, DateTimeOffset or TimeSpan, modelled as seconds, or as days where every value is a midnight. A value
/// that is made is a whole multiple of the largest unit that all values read are multiples of, lies between the earliest and the latest,
/// and is on a day that the column uses: a weekday where all are.</summary>
/// <param name="name">The column's name in the view.</param>
/// <param name="type">The column's type in the view.</param>
internal abstract class TimeColumn<T>(string name, DataViewType type) : CompleteColumn<T>(name, type), ITimeColumn
{
    private static readonly long[] s_units =
    [
        TimeSpan.TicksPerDay, TimeSpan.TicksPerHour, TimeSpan.TicksPerMinute, TimeSpan.TicksPerSecond, TimeSpan.TicksPerMillisecond, 1,
    ];

    private const double LargestExact = 1L << 53;
    private const int TicksOfMicrosecond = 10;

    // A share of a unit by which the end of a range may be rounded.
    private const double SameUnit = 1e-3;

    // Two days in use are no farther apart: first days of months.
    private const int FarthestUsed = 31;

    // A year: parts of a date are put together to one that is no farther away.
    private const double UnsetTicks = 366.0 * TimeSpan.TicksPerDay;

    // Which of the units above.
    private byte _unit;
    private bool _isInDays;
    private long _least = long.MaxValue;
    private long _most = long.MinValue;
    private DateHabit _habit;

    public override IEnumerable<TableColumn> TableColumns =>
        [!IsMoment ? TableColumn.Numeric(Name) : _isInDays ? TableColumn.Date(Name) : TableColumn.Timestamp(Name)];

    public override CellReader OpenReader(DataViewRow row, DataViewSchema.Column source, bool learn)
    {
        ValueGetter<T> get = row.GetGetter<T>(source);
        T value = default!;
        return cells =>
        {
            get(ref value);
            long ticks = TicksOf(value, learn);
            if (learn)
                Learn(ticks);
            cells[0] = ticks / (double)Scale;
        };
    }

    /// <inheritdoc/>
    public override double? NumberOf(string text) => TicksOf(text) is { } ticks ? ticks / (double)Scale : null;

    /// <inheritdoc/>
    public override double? NumberOf(DateTime clock) => IsMoment ? (clock - DateTime.UnixEpoch).Ticks / (double)Scale : null;

    public override bool CanHold(double cell) => TryTicks(cell, out long ticks) && IsOfType(ticks);

    public override double Within(double cell, ValueRange range)
    {
        if (_least > _most)
            return Math.Clamp(cell, range.Minimum, range.Maximum);
        long least = Math.Max(_least, UnitsAt(range.Minimum, isEnd: false)), most = Math.Min(_most, UnitsAt(range.Maximum, isEnd: true));
        long? near = least > most ? null : Used(Math.Clamp(UnitsAt(cell, isEnd: null), least, most), least, most);
        return near is { } ticks ? ticks / (double)Scale : double.NaN;
    }

    public override Delegate FixedGetter(double cell)
    {
        TryTicks(cell, out long ticks);
        return (ValueGetter<T>)((ref T value) => value = FromTicks(ticks));
    }

    public override string Expected(bool isRange)
    {
        string unit = _isInDays ? "days" : "seconds";
        if (!isRange || _least > _most)
        {
            return IsMoment ? $"a moment of the years 1 to 9999, in {unit} since 1970-01-01"
                : "a length of time in seconds that TimeSpan can hold";
        }

        ColumnEntry entry = Entry();
        string habit = _habit == DateHabit.None ? "" : $", {_habit.ToName()}";
        return $"a {entry.Role.ToName()} from {entry.Min} to {entry.Max}{habit}";
    }

    public override Delegate MakingGetter(IMadeRow row, int first) => (ValueGetter<T>)((ref T value) =>
    {
        double number = row.Cells()[first];
        double exact = (double.IsNaN(number) ? 0 : number) * Scale;
        double ticks = Math.Round(exact / s_units[_unit]) * s_units[_unit];
        // The ends are no multiple of the unit where they stand for "not set".
        (long least, long most) = _least > _most ? (LeastTicks, MostTicks) : (_least, _most);
        // What is made of parts of a date near such an end is not set either: no month or weekday of it means anything.
        double low = least == LeastTicks ? least + UnsetTicks : least, high = most == MostTicks ? most - UnsetTicks : most;
        value = FromTicks(exact <= low ? least : exact >= high ? most : InRange(ticks, least, most));
    });

    /// <summary>Tells the day of every value to a listener, as a text; null where values are no days.</summary>
    public Action? OpenDays(DataViewRow row, DataViewSchema.Column source, Cells.CellListener listener)
    {
        if (!IsMoment)
            return null;
        ValueGetter<T> get = row.GetGetter<T>(source);
        T value = default!;
        return () =>
        {
            get(ref value);
            long ticks = TicksOf(value, learn: false);
            if (IsEnd(ticks))
            {
                listener([]);
                return;
            }

            Span<char> text = stackalloc char[16];
            DateTime.UnixEpoch.AddTicks(ticks).TryFormat(text, out int length, "yyyy-MM-dd", provider: null);
            listener(text[..length]);
        };
    }

    /// <inheritdoc/>
    public ColumnEntry Settle(ColumnProfile? days, ColumnEntry? told, out Func<double, double>? map)
    {
        _isInDays = IsMoment && _unit == 0;
        map = _isInDays ? seconds => seconds * TimeSpan.TicksPerSecond / TimeSpan.TicksPerDay : null;
        _habit = told?.Habit ?? days?.Entry.Habit ?? DateHabit.None;
        ColumnEntry entry = Entry();
        if (entry.Min is null)
            return entry;
        string habit = _habit == DateHabit.None ? "" : $", {_habit.ToName()}";
        return entry with { Reason = $"{entry.Reason}, from {entry.Min} to {entry.Max}{habit}" };
    }

    /// <summary>Whether values are moments rather than lengths of time.</summary>
    protected abstract bool IsMoment { get; }

    /// <summary>The earliest and the latest value of the type.</summary>
    protected abstract long LeastTicks { get; }

    /// <inheritdoc cref="LeastTicks"/>
    protected abstract long MostTicks { get; }

    /// <summary>A value in units of 100 nanoseconds; of moments since 1970.</summary>
    protected abstract long TicksOf(T value, bool learn);

    /// <summary>What a text says, in the same units; null where it is no value of the type.</summary>
    protected abstract long? TicksOf(string text);

    /// <summary>The value of so many units of 100 nanoseconds.</summary>
    protected abstract T FromTicks(long ticks);

    protected override void WriteDetails(BinaryWriter writer)
    {
        writer.Write(_unit);
        writer.Write(_isInDays);
        writer.Write(_least);
        writer.Write(_most);
        writer.Write((byte)_habit);
    }

    protected override void ReadDetails(BinaryReader reader)
    {
        _unit = reader.ReadByte();
        if (_unit >= s_units.Length)
            throw FileItems.Damaged($"column '{Name}' has no such unit of time");
        _isInDays = reader.ReadBoolean();
        (_least, _most, _habit) = (reader.ReadInt64(), reader.ReadInt64(), (DateHabit)reader.ReadByte());
        bool isRange = _least <= _most && _least >= LeastTicks && _most <= MostTicks;
        if (!Enum.IsDefined(_habit) || (_habit != DateHabit.None && !IsMoment)
            || !(isRange || (_least == long.MaxValue && _most == long.MinValue)))
            throw FileItems.Damaged($"the dates of column '{Name}' make no sense");
    }

    private void Learn(long ticks)
    {
        // The ends of the type stand for "not set" and say nothing about how finely the others are measured.
        while (!IsEnd(ticks) && ticks % s_units[_unit] != 0)
            _unit++;
        (_least, _most) = (Math.Min(_least, ticks), Math.Max(_most, ticks));
    }

    private bool IsEnd(long ticks) => ticks == LeastTicks || ticks == MostTicks;

    private long InRange(double ticks, long least, long most)
    {
        // A double of as many units of 100 nanoseconds is exact to some of them; the ends are exact.
        long near = ticks <= least ? least : ticks >= most ? most : (long)ticks;
        if (_habit == DateHabit.None || _least > _most)
            return near;
        long day = (long)Math.Floor(near / (double)TimeSpan.TicksPerDay);
        var habits = new DateHabits(_habit, DayOf(_least), DayOf(_most));
        return Math.Clamp(near + (((long)habits.Nearest(day) - day) * TimeSpan.TicksPerDay), _least, _most);
    }

    private static double DayOf(long ticks) => Math.Floor(ticks / (double)TimeSpan.TicksPerDay);

    // With the earliest and the latest value, where there are any.
    private ColumnEntry Entry()
    {
        bool isOfDay = _least >= 0 && _most < TimeSpan.TicksPerDay;
        ColumnRole role = _isInDays ? ColumnRole.Date : IsMoment ? ColumnRole.Timestamp : isOfDay ? ColumnRole.Time : ColumnRole.Duration;
        string fraction = _unit > 3 ? ".fff" : string.Empty;
        var entry = new ColumnEntry
        {
            Name = Name,
            Role = role,
            Format = role switch
            {
                ColumnRole.Date => "yyyy-MM-dd",
                ColumnRole.Timestamp => "yyyy-MM-dd HH:mm:ss" + fraction,
                ColumnRole.Time => "HH:mm:ss" + fraction,
                _ => "d.hh:mm:ss" + fraction,
            },
            Habit = IsMoment ? _habit : DateHabit.None,
            Reason = $"the type is {ColumnTypes.Describe(Type)}",
        };
        if (_least > _most)
            return entry;
        RoleCodec codec = RoleCodec.Create(entry with { Habit = DateHabit.None });
        return entry with { Min = codec.Format(_least / (double)Scale), Max = codec.Format(_most / (double)Scale) };
    }

    private long Scale => _isInDays ? TimeSpan.TicksPerDay : TimeSpan.TicksPerSecond;

    // A double of seconds since 1970 is exact to the microsecond; one of fewer seconds is exact.
    private bool TryTicks(double cell, out long ticks)
    {
        double exact = Math.Round(cell * Scale);
        if (Math.Abs(exact) > LargestExact)
            exact = Math.Round(exact / TicksOfMicrosecond) * TicksOfMicrosecond;
        bool isInt64 = Math.Abs(exact) < long.MaxValue;
        ticks = isInt64 ? (long)exact : 0;
        return isInt64;
    }

    private bool IsOfType(long ticks)
    {
        try
        {
            FromTicks(ticks);
            return true;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    // In ticks, a whole number of the column's units: the first one in a range that begins at a cell, the last one in a range that ends
    // there, or the nearest.
    private long UnitsAt(double cell, bool? isEnd)
    {
        double units = cell * Scale / s_units[_unit], near = Math.Round(units);
        if (isEnd is { } end && Math.Abs(units - near) > SameUnit)
            near = end ? Math.Floor(units) : Math.Ceiling(units);
        return (long)Math.Clamp(near * s_units[_unit], LeastTicks, (double)MostTicks + TimeSpan.TicksPerDay);
    }

    // The nearest moment of a day in use; null where the range has no such day.
    private long? Used(long near, long least, long most)
    {
        if (_habit == DateHabit.None)
            return near;
        var habits = new DateHabits(_habit, DayOf(_least), DayOf(_most));
        long day = (long)DayOf(near);
        for (int distance = 0; distance <= FarthestUsed; distance++)
        {
            foreach (long other in (ReadOnlySpan<long>)[day - distance, day + distance])
            {
                if (other < DayOf(least) || other > DayOf(most) || !habits.IsUsed(other))
                    continue;
                long first = Math.Max(least, other * TimeSpan.TicksPerDay);
                long last = Math.Min(most, ((other + 1) * TimeSpan.TicksPerDay) - s_units[_unit]);
                if (first <= last)
                    return Math.Clamp(near + ((other - day) * TimeSpan.TicksPerDay), first, last);
            }
        }

        return null;
    }
}
