namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>The parts of a date and a time, before they are known to be valid.</summary>
internal struct DateParts()
{
    public int Year = 1970;
    public int Month = 1;
    public int Day = 1;
    public int Hour;
    public int Minute;
    public int Second;
    public long FractionTicks;
    public int OffsetMinutes;
    public int Weekday = -1;
    public bool IsHour12;
    public bool IsPm;

    /// <summary>Puts a number into a field.</summary>
    public void Set(DateField field, int value, int digits)
    {
        switch (field)
        {
            case DateField.Year: Year = value; break;
            // Two digits: 1950 to 2049.
            case DateField.ShortYear: Year = value < 50 ? 2000 + value : 1900 + value; break;
            case DateField.Month: Month = value; break;
            case DateField.Day: Day = value; break;
            case DateField.Hour: Hour = value; break;
            case DateField.Hour12: (Hour, IsHour12) = (value, true); break;
            case DateField.Minute: Minute = value; break;
            case DateField.Second: Second = value; break;
            case DateField.Fraction:
                FractionTicks = digits <= 7 ? value * (long)PowersOfTen.Of(7 - digits) : (long)(value / PowersOfTen.Of(digits - 7));
                break;
        }
    }

    /// <summary>The moment on the clock of the cell; false where there is no such day or time.</summary>
    public readonly bool TryGetMoment(out DateTime moment)
    {
        moment = default;
        int hour = Hour;
        if (IsHour12)
        {
            if (hour is < 1 or > 12)
                return false;
            hour = (hour % 12) + (IsPm ? 12 : 0);
        }

        if (Year is < 1 or > 9999 || Month is < 1 or > 12 || Day < 1 || Day > DateTime.DaysInMonth(Year, Month)
            || hour > 23 || Minute > 59 || Second > 59 || Math.Abs(OffsetMinutes) > 14 * 60)
            return false;
        moment = new DateTime(Year, Month, Day, hour, Minute, Second, DateTimeKind.Unspecified).AddTicks(FractionTicks);
        return Weekday < 0 || (int)moment.DayOfWeek == Weekday;
    }
}
