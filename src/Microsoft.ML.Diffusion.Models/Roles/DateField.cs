namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>A part of a date or a time, as one element of a <see cref="DatePattern"/>.</summary>
internal enum DateField
{
    Literal,
    Year,
    ShortYear,
    Month,
    MonthName,
    MonthShort,
    Day,
    DayName,
    DayShort,
    Hour,
    Hour12,
    Minute,
    Second,
    Fraction,
    AmPm,
    Offset,
}
