namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Which days a column of dates uses.</summary>
public enum DateHabit
{
    /// <summary>Any day.</summary>
    None,

    /// <summary>Monday to Friday.</summary>
    Weekdays,

    /// <summary>One day of the week, that of the earliest date.</summary>
    SameWeekday,

    /// <summary>First days of months.</summary>
    MonthStart,

    /// <summary>Last days of months.</summary>
    MonthEnd,
}
