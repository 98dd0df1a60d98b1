using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Calendar;

/// <summary>Puts the parts that a method filled in together to dates: the day near the date's own value, or near another date plus their
/// difference, that agrees with the month, the weekday and the time of day.</summary>
internal sealed class DateSettling
{
    // How much a drawn month or weekday speaks against all others, in nats.
    private const double DrawnMonth = 6, DrawnWeekday = 3;

    // Made values: a day in the drawn month is looked for this many deviations away at most, since 3.46^2 / 2 = DrawnMonth.
    private const double Reach = 3.46;

    // In days: a bin of the dates of a few years, and half a year, within which every month comes.
    private const double LeastReach = 45, MostReach = 190, ReachShare = 1.0 / 16;

    // A made difference is as exact as anything else that was made: only a wide one gives way to a month or a weekday.
    private const double MadeShare = 1.0 / 30;

    // A drawn difference may give way as far as the differences are unsure.
    private const double DrawnShare = 1.0 / 3;

    // A month that is less probable than the best by up to this factor is no worse than it, so that a guess stays near the mean where the
    // months say little.
    private const double Free = 0.25;

    // A position that is surer than a quarter of a day knows the time of day better than the hour does.
    private const double SureOfHour = 0.25;

    // A guess may lie beyond the hours of a day.
    private const double LatestHour = 24 - (1.0 / 3600);

    private readonly CalendarPlan _plan;
    private readonly DateErrors[]? _errors;
    private readonly DayWishes _wishes = new();
    private readonly bool[] _isKnown;
    private readonly bool[] _isGiven;

    /// <param name="plan">The dates and their parts.</param>
    /// <param name="errors">How far guesses are off, a value a date; null for rows that are made of nothing.</param>
    public DateSettling(CalendarPlan plan, DateErrors[]? errors)
    {
        (_plan, _errors) = (plan, errors);
        (_isKnown, _isGiven) = (new bool[plan.Dates.Count], new bool[plan.Dates.Count]);
    }

    /// <summary>The expanded columns that hold months and weekdays, in the order of dates.</summary>
    public static int[] CategoriesOf(CalendarPlan plan) => [.. Enumerable.Range(0, plan.Dates.Count).SelectMany(date =>
        Enumerable.Range(plan.PartsOf(date), (plan.Dates[date].HasMonth ? 1 : 0) + (plan.Dates[date].HasWeekday ? 1 : 0)))];

    /// <summary>Chooses the missing dates of a row.</summary>
    /// <param name="row">The row of the table, in which missing dates are NaN.</param>
    /// <param name="expanded">The expanded row as it was filled in; its missing dates are replaced, those that are NaN stay so.</param>
    /// <param name="shares">How probable months and weekdays are, for a best guess; null for a draw, in which each is the one
    /// drawn.</param>
    /// <param name="place">The row's place among the shares.</param>
    /// <param name="ranges">Between what values of a column made dates must lie, by column; null for the range observed.</param>
    public void Settle(
        ReadOnlySpan<double> row, Span<double> expanded, CategoryShares? shares = null, int place = 0,
        IReadOnlyDictionary<int, ValueRange>? ranges = null)
    {
        for (int date = 0; date < _isKnown.Length; date++)
            _isGiven[date] = _isKnown[date] = double.IsFinite(row[_plan.Dates[date].Source]);
        // Dates beside one that is observed first: the others may then follow from them.
        for (int pass = 0; pass < 2; pass++)
        {
            for (int date = 0; date < _isKnown.Length; date++)
            {
                if (_isKnown[date] || double.IsNaN(_plan.Moment(expanded, date)))
                    continue;
                int link = LinkOf(date, expanded);
                if (pass == 0 && (link < 0 || !_isGiven[Other(link, date)]))
                    continue;
                Wish(date, link, expanded, shares, place);
                Bound(date, ranges);
                expanded[_plan.PartsOf(date) - 1] = _plan.Dates[date].FromDays(_wishes.Choose(_plan.Dates[date]));
                _isKnown[date] = true;
            }
        }
    }

    /// <summary>Whether the known date beside a missing one tells more than what was guessed of the date itself.</summary>
    /// <param name="row">The row of the table.</param>
    /// <param name="date">A missing date.</param>
    /// <param name="link">The difference to the known date.</param>
    public bool IsByDifference(ReadOnlySpan<double> row, int date, out int link)
    {
        for (link = 0; link < _plan.Links.Count; link++)
        {
            if (IsOf(link, date) && double.IsFinite(row[_plan.Dates[Other(link, date)].Source]))
                return _errors is null || _errors[date].ByDifference <= _errors[date].Beside;
        }
        return false;
    }

    /// <summary>The other date of a difference.</summary>
    public int Other(int link, int date) => _plan.Links[link].First == date ? _plan.Links[link].Second : _plan.Links[link].First;

    /// <summary>The moment of a date by that of the other and their difference.</summary>
    public double ByDifference(int link, int date, ReadOnlySpan<double> expanded)
    {
        double difference = _plan.Links[link].ToDays(expanded[_plan.PlaceOfLink(link)]);
        return _plan.Moment(expanded, Other(link, date)) + (_plan.Links[link].Second == date ? difference : -difference);
    }

    private bool IsOf(int link, int date) => _plan.Links[link].First == date || _plan.Links[link].Second == date;

    // A difference to a date that is observed, else to one that was chosen before.
    private int LinkOf(int date, ReadOnlySpan<double> expanded)
    {
        int found = -1;
        for (int link = _plan.Links.Count - 1; link >= 0; link--)
        {
            if (!IsOf(link, date) || !_isKnown[Other(link, date)] || double.IsNaN(expanded[_plan.PlaceOfLink(link)]))
                continue;
            if (found < 0 || _isGiven[Other(link, date)])
                found = link;
        }
        return found;
    }

    private void Wish(int date, int link, ReadOnlySpan<double> expanded, CategoryShares? shares, int place)
    {
        CalendarDate column = _plan.Dates[date];
        bool isBeside = link >= 0 && _isGiven[Other(link, date)];
        bool isLinked = link >= 0 && (_errors is null || !isBeside || _errors[date].ByDifference <= _errors[date].Beside);
        _wishes.Clear();
        _wishes.Position = isLinked ? ByDifference(link, date, expanded) : _plan.Moment(expanded, date);
        double error = Error(date, link, isLinked, isBeside);
        double share = !isLinked || shares is not null ? 1 : _errors is null ? MadeShare : DrawnShare;
        _wishes.Deviation = Math.Max(DateErrors.Least, share * error);
        if (link >= 0)
        {
            CalendarLink difference = _plan.Links[link];
            double other = _plan.Moment(expanded, Other(link, date));
            (_wishes.Least, _wishes.Most) = difference.Second == date
                ? (other + difference.Minimum, other + difference.Maximum) : (other - difference.Maximum, other - difference.Minimum);
        }
        int part = _plan.PartsOf(date);
        if (column.HasMonth)
            Penalize(_wishes.Months, expanded[part++], DrawnMonth, shares, place, part - 1, _errors?[date].Month ?? 0);
        if (column.HasWeekday)
            Penalize(_wishes.Weekdays, expanded[part++], DrawnWeekday, shares, place, part - 1, _errors?[date].Weekday ?? 0);
        if (column.HasHour && (column.IsTimeOfDay || error >= SureOfHour))
            _wishes.Hour = Math.Clamp(column.ReadHour(expanded[part..], isGuess: shares is not null), 0, LatestHour);
    }

    // How far the position of a date may be off, in days.
    private double Error(int date, int link, bool isLinked, bool isBeside)
    {
        if (_errors is not null)
            return isLinked ? _errors[date].ByDifference : isBeside ? _errors[date].Beside : _errors[date].Alone;
        CalendarDate column = _plan.Dates[date];
        return isLinked
            ? _plan.Links[link].Deviation : Math.Clamp(ReachShare * (column.Maximum - column.Minimum), LeastReach, MostReach) / Reach;
    }

    private static void Penalize(
        Span<double> penalties, double chosen, double drawn, CategoryShares? shares, int place, int column, double hits)
    {
        if (shares is null)
        {
            // A category that came out missing says nothing.
            if (chosen >= 0 && chosen < penalties.Length)
            {
                penalties.Fill(drawn);
                penalties[(int)chosen] = 0;
            }
            return;
        }
        Span<float> own = shares.Of(place, IndexOf(shares, column));
        if (float.IsNaN(own[0]) && chosen >= 0 && chosen < own.Length)
        {
            own.Fill((float)((1 - hits) / (own.Length - 1)));
            own[(int)chosen] = (float)hits;
        }
        float best = 0;
        foreach (float share in own)
            best = Math.Max(best, share);
        for (int i = 0; i < own.Length && best > 0; i++)
            penalties[i] = Math.Max(0, Math.Log(Free * best / Math.Max(own[i], 1e-9)));
    }

    private static int IndexOf(CategoryShares shares, int column)
    {
        int index = 0;
        while (shares.Places[index] != column)
            index++;
        return index;
    }

    private void Bound(int date, IReadOnlyDictionary<int, ValueRange>? ranges)
    {
        CalendarDate column = _plan.Dates[date];
        (_wishes.Minimum, _wishes.Maximum) = (column.Minimum, column.Maximum);
        if (ranges is null || !ranges.TryGetValue(column.Source, out ValueRange range))
            return;
        double least = Math.Max(column.Minimum, column.ToDays(range.Minimum));
        double most = Math.Min(column.Maximum, column.ToDays(range.Maximum));
        if (least <= most)
            (_wishes.Minimum, _wishes.Maximum) = (least, most);
    }
}
