namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>How roles and habits are written in columns.json and in messages.</summary>
public static class RoleNames
{
    private static readonly (ColumnRole Role, string Name)[] s_roles =
    [
        (ColumnRole.Empty, "empty"), (ColumnRole.Constant, "constant"), (ColumnRole.Number, "number"), (ColumnRole.Amount, "amount"),
        (ColumnRole.Date, "date"), (ColumnRole.Time, "time"), (ColumnRole.Timestamp, "timestamp"), (ColumnRole.Duration, "duration"),
        (ColumnRole.YesNo, "yes/no"), (ColumnRole.Category, "category"), (ColumnRole.Code, "code"), (ColumnRole.Key, "key"),
        (ColumnRole.Email, "email"), (ColumnRole.Phone, "phone"), (ColumnRole.Name, "name"), (ColumnRole.Text, "text"),
    ];

    private static readonly (DateHabit Habit, string Name)[] s_habits =
    [
        (DateHabit.None, "none"), (DateHabit.Weekdays, "weekdays"), (DateHabit.SameWeekday, "same weekday"),
        (DateHabit.MonthStart, "month start"), (DateHabit.MonthEnd, "month end"),
    ];

    /// <summary>All names of roles.</summary>
    public static IEnumerable<string> Roles => s_roles.Select(pair => pair.Name);

    /// <summary>All names of habits.</summary>
    public static IEnumerable<string> Habits => s_habits.Select(pair => pair.Name);

    /// <summary>The name of a role.</summary>
    public static string ToName(this ColumnRole role) => Array.Find(s_roles, pair => pair.Role == role).Name;

    /// <summary>The name of a habit.</summary>
    public static string ToName(this DateHabit habit) => Array.Find(s_habits, pair => pair.Habit == habit).Name;

    /// <summary>Whether a column of this role becomes a number on a natural scale: numbers, amounts, dates, times, durations.</summary>
    public static bool IsNumeric(this ColumnRole role) => role is ColumnRole.Number or ColumnRole.Amount or ColumnRole.Date
        or ColumnRole.Time or ColumnRole.Timestamp or ColumnRole.Duration;

    /// <summary>Whether a column of this role holds one of a set of values: yes/no, categories, codes, constants.</summary>
    public static bool IsCategorical(this ColumnRole role) => role is ColumnRole.YesNo or ColumnRole.Category or ColumnRole.Code
        or ColumnRole.Constant;

    /// <summary>Whether a column of this role names rows or people, so that nothing is learnt from it and made rows need fresh
    /// values.</summary>
    public static bool IsIdentifying(this ColumnRole role) => role is ColumnRole.Key or ColumnRole.Email or ColumnRole.Phone
        or ColumnRole.Name or ColumnRole.Text;

    /// <summary>Finds a role by its name.</summary>
    public static bool TryParseRole(string name, out ColumnRole role)
    {
        int at = Array.FindIndex(s_roles, pair => string.Equals(pair.Name, name, StringComparison.OrdinalIgnoreCase));
        role = at < 0 ? default : s_roles[at].Role;
        return at >= 0;
    }

    /// <summary>Finds a habit by its name.</summary>
    public static bool TryParseHabit(string name, out DateHabit habit)
    {
        int at = Array.FindIndex(s_habits, pair => string.Equals(pair.Name, name, StringComparison.OrdinalIgnoreCase));
        habit = at < 0 ? default : s_habits[at].Habit;
        return at >= 0;
    }
}
