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
/// <param name="IsCyclic">Whether it is learnt as a place on a circle too, since the column has times of day alone, and some on both
/// sides of midnight.</param>
/// <param name="Days">The days that the column uses, from the first to the last that was observed.</param>
/// <param name="Minimum">The earliest moment observed, on the clock, in days since 1970.</param>
/// <param name="Maximum">The latest moment observed.</param>
internal sealed record CalendarDate(
    int Source, double Offset, bool IsInSeconds, bool HasMonth, bool HasWeekday, bool HasHour, bool IsCyclic, DateHabits Days,
    double Minimum, double Maximum)
{
    /// <summary>Months of a year and days of a week.</summary>
    public const int Months = 12, Weekdays = 7;

    private const double SecondsOfDay = 86400, HoursOfDay = 24;

    // Over a shorter time a month hardly comes twice, and the moment itself says what it does.
    private const double LeastForMonth = 548, LeastForWeekday = 14, LeastForHour = 1.5;

    // Fewer rows say nothing about months and weekdays.
    private const int FewestRows = 30;

    // Times are on a circle where so many rows are within these hours before midnight, and so many after it.
    private const double NightHours = 3;
    private const int FewestOfNight = 5;

    private static readonly string[] s_months =
    [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ];

    private static readonly string[] s_weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    /// <summary>Whether the column has times of day and no days.</summary>
    public bool IsTimeOfDay { get; init; }

    /// <summary>Whether a part is learnt.</summary>
    public bool HasParts => HasMonth || HasWeekday || HasHour;

    /// <summary>Looks at a column of moments; null where too few are observed, and for times of day that are numbers like any other
    /// because none are on one side of midnight.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="column">The column.</param>
    public static CalendarDate? Of(ITableRows rows, int column)
    {
        MomentKind kind = rows.Columns[column].Moment;
        bool isInSeconds = kind != MomentKind.Date, isTimeOfDay = kind == MomentKind.TimeOfDay;
        double offset = rows.Columns[column].ClockOffset;
        double minimum = double.PositiveInfinity, maximum = double.NegativeInfinity, hour = double.NaN;
        int observed = 0, months = 0, weekdays = 0, evenings = 0, mornings = 0;
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
            mornings += hour < NightHours ? 1 : 0;
            evenings += hour >= HoursOfDay - NightHours ? 1 : 0;
        }
        // In timestamps the hour stays one number: two more for each made guesses of other columns of small tables worse (the squared error of
        // one with a timestamp doubled).
        bool isCyclic = isTimeOfDay && mornings >= FewestOfNight && evenings >= FewestOfNight;
        if (observed < FewestRows || (isTimeOfDay && !isCyclic))
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
            HasMonth: !isTimeOfDay && range >= LeastForMonth && !int.IsPow2(months),
            HasWeekday: !isTimeOfDay && range >= LeastForWeekday && habit is DateHabit.None or DateHabit.Weekdays,
            HasHour: isTimeOfDay || (isInSeconds && range >= LeastForHour && hasHours),
            isCyclic,
            new DateHabits(habit, Math.Floor(minimum), Math.Floor(maximum)),
            minimum,
            maximum)
        {
            IsTimeOfDay = isTimeOfDay,
        };
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
        if (HasHour && !IsTimeOfDay)
            yield return TableColumn.Numeric($"{name} (hour)");
        if (HasHour && IsCyclic)
        {
            yield return TableColumn.Numeric($"{name} (hour, sine)");
            yield return TableColumn.Numeric($"{name} (hour, cosine)");
        }
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
        if (HasHour && !IsTimeOfDay)
            parts[next++] = isMoment ? HourOf(moment) : double.NaN;
        if (HasHour && IsCyclic)
            (parts[next], parts[next + 1]) = isMoment ? Math.SinCos(HourOf(moment) * Math.Tau / HoursOfDay) : (double.NaN, double.NaN);
    }

    /// <summary>The time of day, in hours, that its parts say; NaN for a time of day that nothing but the moment itself says.</summary>
    /// <param name="parts">The expanded row from the first part of the time on.</param>
    /// <param name="isGuess">Whether they are means of what may be, and not one draw. The mean of times before and after midnight is on the
    /// circle alone; a draw is one of the times that there are.</param>
    public double ReadHour(ReadOnlySpan<double> parts, bool isGuess)
    {
        if (!isGuess || !IsCyclic)
            return IsTimeOfDay ? double.NaN : parts[0];
        int sine = IsTimeOfDay ? 0 : 1;
        double turn = Math.Atan2(parts[sine], parts[sine + 1]) / Math.Tau;
        return (turn - Math.Floor(turn)) * HoursOfDay;
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
        writer.Write((byte)((HasMonth ? 1 : 0) | (HasWeekday ? 2 : 0) | (HasHour ? 4 : 0) | (IsCyclic ? 8 : 0)));
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
        bool isSound = moment != MomentKind.None && parts < 16 && ((parts & 4) == 0 || moment != MomentKind.Date)
            && (moment != MomentKind.TimeOfDay || parts == 12)
            && IsMoment(minimum) && IsMoment(maximum) && minimum <= maximum;
        CheckedReading.Require(isSound, $"the dates of column '{CheckedReading.Shown(columns[source].Name)}' make no sense");
        var days = new DateHabits(habit, Math.Floor(minimum), Math.Floor(maximum));
        return new CalendarDate(
            source, columns[source].ClockOffset, moment != MomentKind.Date, (parts & 1) != 0, (parts & 2) != 0, (parts & 4) != 0,
            (parts & 8) != 0, days, minimum, maximum)
        {
            IsTimeOfDay = moment == MomentKind.TimeOfDay,
        };
    }

    private static double InDays(double value, double offset, bool isInSeconds) => isInSeconds ? (value + offset) / SecondsOfDay : value;

    private static bool IsMoment(double days) => days >= DateHabits.FirstDay && days < DateHabits.LastDay + 1;

    private static DateTime DayOf(double moment) => DateTime.UnixEpoch.AddDays(Math.Floor(moment));
}
