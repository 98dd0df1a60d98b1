namespace Microsoft.ML.Diffusion.Models.Calendar;

/// <summary>What is known of a moment that is to be chosen: about when it is, and how much each month and weekday speaks against
/// it.</summary>
internal sealed class DayWishes
{
    // A day in a month that cannot be costs as much as this many nats and no more, so that some day is always found.
    private const double MostPenalty = 12;

    // An observed difference is broken only where nothing else is left.
    private const double BrokenBound = 50;

    // A hundred years: nothing is looked for farther away.
    private const int Farthest = 36_525;

    private readonly double[] _months = new double[CalendarDate.Months];
    private readonly double[] _weekdays = new double[CalendarDate.Weekdays];

    /// <summary>About when it is, in days since 1970.</summary>
    public double Position { get; set; }

    /// <summary>How far it may be from there, as a standard deviation in days, above 0.</summary>
    public double Deviation { get; set; }

    /// <summary>The time of day in hours; NaN for that of the position.</summary>
    public double Hour { get; set; }

    /// <summary>The earliest moment that there can be.</summary>
    public double Minimum { get; set; }

    /// <summary>The latest moment that there can be.</summary>
    public double Maximum { get; set; }

    /// <summary>The earliest moment that the difference to another date allows.</summary>
    public double Least { get; set; }

    /// <summary>The latest moment that the difference to another date allows.</summary>
    public double Most { get; set; }

    /// <summary>What speaks against each month, in nats.</summary>
    public Span<double> Months => _months;

    /// <summary>What speaks against each weekday, in nats.</summary>
    public Span<double> Weekdays => _weekdays;

    /// <summary>Every month and weekday is as good as another.</summary>
    public void Clear()
    {
        _months.AsSpan().Clear();
        _weekdays.AsSpan().Clear();
        (Hour, Least, Most) = (double.NaN, double.NegativeInfinity, double.PositiveInfinity);
    }

    /// <summary>The day that costs least: squared distance from the position against the penalties of its month and weekday. The nearer
    /// one, and then the earlier one, of several that cost the same.</summary>
    /// <param name="date">The column.</param>
    /// <returns>A moment in days since 1970, between minimum and maximum.</returns>
    public double Choose(CalendarDate date)
    {
        double position = Math.Clamp(Position, Minimum, Maximum);
        if (date.IsTimeOfDay)
            return double.IsNaN(Hour) ? position : Math.Clamp(Hour / 24, Minimum, Maximum);
        double time = !date.IsInSeconds ? 0 : double.IsNaN(Hour) ? position - Math.Floor(position) : Hour / 24;
        double near = Math.Round(position - time), best = position, least = double.PositiveInfinity;
        for (int far = 0; far < Farthest; far++)
        {
            double nearest = Math.Max(0, far - 0.5) / Deviation;
            if (nearest * nearest / 2 >= least || (near - far + time < Minimum && near + far + time > Maximum))
                break;
            Try(near - far);
            if (far > 0)
                Try(near + far);
        }
        return best;

        void Try(double day)
        {
            double moment = day + time;
            if (moment < Minimum || moment > Maximum || !date.Days.IsUsed(day))
                return;
            double distance = (moment - position) / Deviation;
            double cost = (distance * distance / 2) + Math.Min(MostPenalty, _months[CalendarDate.MonthOf(day)])
                + Math.Min(MostPenalty, _weekdays[CalendarDate.WeekdayOf(day)]) + (moment < Least || moment > Most ? BrokenBound : 0);
            if (cost < least)
                (least, best) = (cost, moment);
        }
    }
}
