using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Calendar;

/// <summary>A column of moments, and which parts of them are learnt beside it.</summary>
/// <param name="Source">The column's place in the table.</param>
/// <param name="Offset">How many seconds the clock is ahead of the column's numbers.</param>
/// <param name="IsInSeconds">Whether it counts seconds rather than days.</param>
/// <param name="HasMonth">Whether the month is learnt.</param>
/// <param name="HasWeekday">Whether the day of the week is learnt.</param>
/// <param name="HasHour">Whether the time of day is learnt.</param>
/// <param name="Days">The days that the column uses, from the first to the last that was observed.</param>
/// <param name="Minimum">The earliest moment observed, on the clock, in days since 1970.</param>
/// <param name="Maximum">The latest moment observed.</param>
internal sealed record CalendarDate(
    int Source, double Offset, bool IsInSeconds, bool HasMonth, bool HasWeekday, bool HasHour, DateHabits Days, double Minimum,
    double Maximum)
{
    /// <summary>Months of a year and days of a week.</summary>
    public const int Months = 12, Weekdays = 7;

    private const double SecondsOfDay = 86400, HoursOfDay = 24;

    // Over a shorter time a month hardly comes twice, and the moment itself says what it does.
    private const double LeastForMonth = 548, LeastForWeekday = 14, LeastForHour = 1.5;

    // Fewer rows say nothing about months and weekdays.
    private const int FewestRows = 30;

    private static readonly string[] s_months =
    [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ];

    private static readonly string[] s_weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    /// <summary>Whether a part is learnt.</summary>
    public bool HasParts => HasMonth || HasWeekday || HasHour;

    /// <summary>Looks at a column of moments; null where too few are observed.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="column">The column.</param>
    public static CalendarDate? Of(ITableRows rows, int column)
    {
        bool isInSeconds = rows.Columns[column].Moment == MomentKind.Timestamp;
        double offset = rows.Columns[column].ClockOffset;
        double minimum = double.PositiveInfinity, maximum = double.NegativeInfinity, hour = double.NaN;
        int observed = 0, months = 0, weekdays = 0;
        bool isStart = true, isEnd = true, hasHours = false;
        for (int row = 0; row < rows.RowCount; row++)
        {
            double moment = InDays(rows[row, column], offset, isInSeconds);
            if (!IsMoment(moment))
                continue;
            observed++;
            (minimum, maximum) = (Math.Min(minimum, moment), Math.Max(maximum, moment));
            DateTime day = DayOf(moment);
            months |= 1 << (day.Month - 1);
            weekdays |= 1 << WeekdayOf(moment);
            isStart &= day.Day == 1;
            isEnd &= day.Day == DateTime.DaysInMonth(day.Year, day.Month);
            hasHours |= HourOf(moment) != hour && !double.IsNaN(hour);
            hour = HourOf(moment);
        }
        if (observed < FewestRows)
            return null;
        const int WorkingDays = 0b11111;
        DateHabit habit = isStart ? DateHabit.MonthStart
            : isEnd ? DateHabit.MonthEnd
            : int.IsPow2(weekdays) ? DateHabit.SameWeekday
            : (weekdays & ~WorkingDays) == 0 ? DateHabit.Weekdays : DateHabit.None;
        double range = maximum - minimum;
        return new CalendarDate(
            column,
            offset,
            isInSeconds,
            HasMonth: range >= LeastForMonth && !int.IsPow2(months),
            HasWeekday: range >= LeastForWeekday && habit is DateHabit.None or DateHabit.Weekdays,
            HasHour: isInSeconds && range >= LeastForHour && hasHours,
            new DateHabits(habit, Math.Floor(minimum), Math.Floor(maximum)),
            minimum,
            maximum);
    }

    /// <summary>A value of the column in days since 1970, on the clock.</summary>
    public double ToDays(double value) => InDays(value, Offset, IsInSeconds);

    /// <summary>A moment in days as a value of the column.</summary>
    public double FromDays(double moment) => IsInSeconds ? Math.Round(moment * SecondsOfDay, 5) - Offset : moment;

    /// <summary>The columns of the parts that are learnt, in their order.</summary>
    /// <param name="name">The name of the column.</param>
    public IEnumerable<TableColumn> Parts(string name)
    {
        if (HasMonth)
            yield return TableColumn.Categorical($"{name} (month)", s_months);
        if (HasWeekday)
            yield return TableColumn.Categorical($"{name} (weekday)", s_weekdays);
        if (HasHour)
            yield return TableColumn.Numeric($"{name} (hour)");
    }

    /// <summary>Writes the parts of a value.</summary>
    /// <param name="value">A value of the column; missing parts come of a missing value.</param>
    /// <param name="parts">Receives the parts that are learnt.</param>
    public void Write(double value, Span<double> parts)
    {
        double moment = ToDays(value);
        bool isMoment = IsMoment(moment);
        int next = 0;
        if (HasMonth)
            parts[next++] = isMoment ? DayOf(moment).Month - 1 : double.NaN;
        if (HasWeekday)
            parts[next++] = isMoment ? WeekdayOf(moment) : double.NaN;
        if (HasHour)
            parts[next] = isMoment ? HourOf(moment) : double.NaN;
    }

    /// <summary>The month of a day, from 0.</summary>
    public static int MonthOf(double moment) => DayOf(moment).Month - 1;

    /// <summary>The day of the week, from Monday, which is 0.</summary>
    public static int WeekdayOf(double moment)
    {
        // 1970 began on a Thursday.
        int weekday = (int)((Math.Floor(moment) + 3) % Weekdays);
        return weekday < 0 ? weekday + Weekdays : weekday;
    }

    /// <summary>The time of day, in hours.</summary>
    public static double HourOf(double moment) => Math.Round((moment - Math.Floor(moment)) * SecondsOfDay, 3) * HoursOfDay / SecondsOfDay;

    public void Save(BinaryWriter writer)
    {
        writer.Write(Source);
        writer.Write((byte)((HasMonth ? 1 : 0) | (HasWeekday ? 2 : 0) | (HasHour ? 4 : 0)));
        writer.Write((byte)Days.Habit);
        writer.Write(Minimum);
        writer.Write(Maximum);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="columns">The columns of the table.</param>
    public static CalendarDate Load(BinaryReader reader, IReadOnlyList<TableColumn> columns)
    {
        int source = reader.ReadPlace(columns.Count, "a column of dates");
        MomentKind moment = columns[source].Moment;
        int parts = reader.ReadByte();
        DateHabit habit = reader.ReadKind<DateHabit>("habit of dates");
        double minimum = reader.ReadDouble(), maximum = reader.ReadDouble();
        bool isSound = moment != MomentKind.None && parts < 8 && (parts < 4 || moment == MomentKind.Timestamp)
            && IsMoment(minimum) && IsMoment(maximum) && minimum <= maximum;
        CheckedReading.Require(isSound, $"the dates of column '{CheckedReading.Shown(columns[source].Name)}' make no sense");
        var days = new DateHabits(habit, Math.Floor(minimum), Math.Floor(maximum));
        return new CalendarDate(
            source, columns[source].ClockOffset, moment == MomentKind.Timestamp, (parts & 1) != 0, (parts & 2) != 0, (parts & 4) != 0,
            days, minimum, maximum);
    }

    private static double InDays(double value, double offset, bool isInSeconds) => isInSeconds ? (value + offset) / SecondsOfDay : value;

    private static bool IsMoment(double days) => days >= DateHabits.FirstDay && days < DateHabits.LastDay + 1;

    private static DateTime DayOf(double moment) => DateTime.UnixEpoch.AddDays(Math.Floor(moment));
}
