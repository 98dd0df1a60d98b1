using Microsoft.ML.Diffusion.Models.Calendar;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Generation;

/// <summary>Conditions on a table with dates as conditions on the columns that a method learns: what is asked of a date is asked of its
/// month, its weekday, its time of day and its differences, too.</summary>
internal static class CalendarConditions
{
    /// <summary>The conditions on the expanded columns.</summary>
    public static GenerationConditions Of(CalendarPlan plan, GenerationConditions conditions)
    {
        var expanded = new GenerationConditions(plan.ExpandedColumns) { KeepMissing = conditions.KeepMissing };
        double[] known = new double[plan.ExpandedColumns.Count];
        Array.Fill(known, double.NaN);
        foreach ((int column, double value) in conditions.Fixed)
        {
            expanded.Fix(plan.PlaceOf(column), value);
            known[plan.PlaceOf(column)] = value;
        }
        foreach ((int column, ValueRange range) in conditions.Ranges)
            expanded.Within(plan.PlaceOf(column), range);
        foreach (int column in conditions.MissingColumns)
            expanded.Missing(plan.PlaceOf(column));
        foreach (int column in conditions.PresentColumns)
            expanded.Present(plan.PlaceOf(column));
        plan.Derive(known);
        foreach (CalendarDate date in plan.Dates.Where(date => conditions.Ranges.ContainsKey(date.Source)))
            WriteCommon(plan, date, conditions.Ranges[date.Source], known);
        for (int place = 0; place < known.Length; place++)
        {
            if (plan.ExpandedColumns[place].Sources.Any(expanded.MissingColumns.Contains))
                expanded.Missing(place);
            else if (!expanded.IsGiven(place) && plan.ExpandedColumns[place].Holds(known[place]))
                expanded.Fix(place, known[place]);
        }
        return expanded;
    }

    // The month, and the weekday, that all days of a range have.
    private static void WriteCommon(CalendarPlan plan, CalendarDate date, ValueRange range, Span<double> known)
    {
        double least = Math.Max(date.Minimum, date.ToDays(range.Minimum));
        double most = Math.Min(date.Maximum, date.ToDays(range.Maximum));
        // Months that are 31 days apart or more are two.
        if (!(least <= most) || most - least > 31)
            return;
        int place = plan.PlaceOf(date.Source) + 1;
        if (date.HasMonth && CalendarDate.MonthOf(least) == CalendarDate.MonthOf(most))
            known[place] = CalendarDate.MonthOf(least);
        if (date.HasWeekday && Math.Floor(least) == Math.Floor(most))
            known[place + (date.HasMonth ? 1 : 0)] = CalendarDate.WeekdayOf(least);
    }
}
