namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Moves days to the nearest one that a column uses, inside its range.</summary>
/// <param name="Habit">Which days the column uses.</param>
/// <param name="Min">Its earliest day, in days since 1970-01-01.</param>
/// <param name="Max">Its latest day.</param>
internal readonly record struct DateHabits(DateHabit Habit, double Min, double Max)
{
    /// <summary>0001-01-01.</summary>
    public const double FirstDay = -719162;

    /// <summary>9999-12-31.</summary>
    public const double LastDay = 2932896;

    // A month end is at most 16 days away, a weekday 3.
    private const int Farthest = 32;

    /// <summary>The nearest day in use; the earlier of two that are as near.</summary>
    public double Nearest(double day)
    {
        for (int distance = 0; distance < Farthest && Habit != DateHabit.None; distance++)
        {
            if (day - distance >= Min && IsUsed(day - distance))
                return day - distance;
            if (day + distance <= Max && IsUsed(day + distance))
                return day + distance;
        }

        return day;
    }

    /// <summary>Whether the column uses a day.</summary>
    public bool IsUsed(double day)
    {
        DateTime date = DateTime.UnixEpoch.AddDays(day);
        return Habit switch
        {
            DateHabit.Weekdays => date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday),
            DateHabit.SameWeekday => date.DayOfWeek == DateTime.UnixEpoch.AddDays(Math.Floor(Min)).DayOfWeek,
            DateHabit.MonthStart => date.Day == 1,
            DateHabit.MonthEnd => date.Day == DateTime.DaysInMonth(date.Year, date.Month),
            _ => true,
        };
    }
}
