using System.Globalization;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Decides on dates, times, timestamps and clock-like durations.</summary>
internal static class DateDecisions
{
    private const double SecondsOfDay = 86400;

    /// <summary>Dates written in digits alone: 20230115, 202301, 2023; null where the digits are no dates.</summary>
    public static RoleDecision? OfDigits(ColumnEvidence evidence, ObservedValues values)
    {
        DateCandidate? candidate = evidence.Date.Alive.FirstOrDefault();
        if (candidate == null || evidence.Whole.HasNegative)
            return null;
        ColumnNameHints hints = evidence.Hints;
        bool named = hints.IsDate && !hints.IsQuantity;
        int width = evidence.Whole.MinWidth;
        bool plausible = candidate.Min.Year >= (named ? 1000 : 1900) && candidate.Max.Year <= (named ? 2999 : 2100);
        bool day = candidate.Has(DateField.Day);
        if (width > 8)
            return plausible ? Of(evidence, values, candidate) : null;
        if (day || candidate.Has(DateField.Month))
            return plausible && (named || (values.Distinct >= 6 && !hints.IsPostal && !hints.IsKey)) ? Of(evidence, values, candidate)
                : null;
        // Years: by name, or because nearly every year between the first and the last occurs.
        int years = candidate.Max.Year - candidate.Min.Year + 1;
        bool dense = plausible && values.Distinct >= 8 && years <= 150 && values.Distinct >= 0.6 * years && candidate.Max.Year <= 2050
            && !hints.IsQuantity && !hints.IsCode && !hints.IsKey && values.ShareOfDistinct < 0.9;
        bool yearly = hints.IsYear && candidate.Min.Year >= 1000 && candidate.Max.Year <= 2200;
        return yearly || dense ? Of(evidence, values, candidate) : null;
    }

    /// <summary>Dates, times and durations with separators; null where the cells are none.</summary>
    public static RoleDecision? OfText(ColumnEvidence evidence, ObservedValues values)
    {
        DateCandidate[] alive = [.. evidence.Date.Alive];
        if (alive.Length > 0)
        {
            DateCandidate best = Prefer(alive, evidence.Date.HasPoints);
            bool dateless = !best.Has(DateField.Year) && !best.Has(DateField.ShortYear);
            // 2010.5 is a number, whatever else it may be.
            if (!dateless && !best.Has(DateField.Day) && evidence.Date.HasPoints && evidence.Number.IsNumeric)
                return null;
            if (!(dateless && evidence.Hints.IsDuration && evidence.Duration.IsDuration))
                return Of(evidence, values, best, Doubt(alive, best));
        }

        return evidence.Duration.IsDuration ? OfDuration(evidence, values) : null;
    }

    /// <summary>A length of time of several numbers with units; null where the cells are none.</summary>
    public static RoleDecision? OfUnits(ColumnEvidence evidence, ObservedValues values)
    {
        UnitDurationEvidence duration = evidence.UnitDuration;
        if (!duration.IsDuration)
            return null;
        string pattern = duration.Pattern.ToString();
        return new RoleDecision(ColumnRole.Duration, $"{values.Counted("values")} written as {pattern}: durations")
        {
            Format = pattern,
            Min = duration.Min,
            Max = duration.Max,
            Words = duration.Misfits.Words,
        };
    }

    private static RoleDecision OfDuration(ColumnEvidence evidence, ObservedValues values)
    {
        DurationEvidence duration = evidence.Duration;
        DurationFormat format = DurationFormat.FromPattern(duration.Pattern);
        string why = duration.IsCertain ? "that no clock shows" : "under a name of durations";
        return new RoleDecision(ColumnRole.Duration,
            $"{values.Counted("values")} written as {format} {(format.ToString()[0] == 'P' ? "(ISO 8601)" : why)}: durations")
        {
            Format = format.ToString(),
            Min = duration.Min,
            Max = duration.Max,
            Words = duration.Misfits.Words,
        };
    }

    // Month first is what .NET's invariant culture reads; points are written where the day comes first.
    private static DateCandidate Prefer(DateCandidate[] alive, bool points)
    {
        if (points)
            foreach (DateCandidate candidate in alive)
                if (Array.IndexOf(candidate.Layout, DateField.Day) < Array.IndexOf(candidate.Layout, DateField.Month)
                    && candidate.Has(DateField.Month))
                    return candidate;
        return alive[0];
    }

    private static string? Doubt(DateCandidate[] alive, DateCandidate best)
    {
        if (alive.Length < 2)
            return null;
        DateCandidate other = Array.Find(alive, candidate => candidate != best)!;
        return $"every cell can be read in another order too ({Order(other)} instead of {Order(best)}); "
            + "give the format in columns.json if that is meant";
    }

    private static string Order(DateCandidate candidate) => string.Join('-', candidate.Layout.Select(field => field switch
    {
        DateField.Year or DateField.ShortYear => "year",
        DateField.Month or DateField.MonthName => "month",
        DateField.Day => "day",
        _ => null,
    }).Where(name => name != null));

    private static RoleDecision Of(ColumnEvidence evidence, ObservedValues values, DateCandidate candidate, string? doubt = null)
    {
        DatePattern pattern = evidence.Date.ToPattern(candidate);
        if (pattern.HasOffset)
            pattern = pattern.With(OffsetsOf(pattern, values));
        ColumnRole role = !pattern.HasDate ? ColumnRole.Time : pattern.HasTime ? ColumnRole.Timestamp : ColumnRole.Date;
        string noun = role switch { ColumnRole.Time => "times of day", ColumnRole.Timestamp => "timestamps", _ => "dates" };
        double step = role == ColumnRole.Date ? 0 : StepOf(candidate, pattern);
        DateHabit habit = pattern.HasDay && (role == ColumnRole.Date || step % SecondsOfDay == 0 && step > 0) ? HabitOf(candidate, values)
            : DateHabit.None;
        var decision = new RoleDecision(role, string.Empty)
        {
            Format = pattern.ToString(),
            Habit = habit,
            Step = step,
            Offset = step > 0 && candidate.Lattice.Step > 0 ? candidate.Lattice.Offset : 0,
            Words = evidence.Date.Misfits.Words,
        };
        (double min, double max) = RangeOf(decision, evidence.Name, pattern, candidate, values);
        RoleCodec codec = RoleCodec.Create(new ColumnEntry { Name = evidence.Name, Role = role, Format = decision.Format });
        return decision with
        {
            Min = min,
            Max = max,
            Reason = $"all cells are {pattern}, from {codec.Format(min)} to {codec.Format(max)}{HabitText(habit)}: {noun}",
            Notes = doubt == null ? [] : [$"'{evidence.Name}': {doubt}."],
        };
    }

    private static (double Min, double Max) RangeOf(
        RoleDecision decision, string name, DatePattern pattern, DateCandidate candidate, ObservedValues values)
    {
        RoleCodec codec = RoleCodec.Create(new ColumnEntry { Name = name, Role = decision.Role, Format = decision.Format });
        // One offset or none: the order of the clocks is the order of the moments.
        if (!pattern.HasOffset || pattern.Offsets.IsFixed)
            return (codec.ValueOf(candidate.Min), codec.ValueOf(candidate.Max));
        double min = double.PositiveInfinity, max = double.NegativeInfinity;
        foreach (ValueCount value in values.Values)
            if (codec.TryParse(value.Value, out double moment))
                (min, max) = (Math.Min(min, moment), Math.Max(max, moment));
        return (min, max);
    }

    private static double StepOf(DateCandidate candidate, DatePattern pattern)
    {
        double found = pattern.HasOffset && !pattern.Offsets.IsFixed ? 0 : candidate.Lattice.Step;
        return Math.Max(found, pattern.Resolution) is var step && step is >= 1 and < 7 * SecondsOfDay ? step : pattern.Resolution;
    }

    private static DateHabit HabitOf(DateCandidate candidate, ObservedValues values)
    {
        if (values.Distinct >= 4 && candidate.AreAllMonthStarts)
            return DateHabit.MonthStart;
        if (values.Distinct >= 4 && candidate.AreAllMonthEnds)
            return DateHabit.MonthEnd;
        if (values.Distinct >= 6 && int.PopCount(candidate.Weekdays) == 1)
            return DateHabit.SameWeekday;
        // By chance, 20 different days would all be weekdays once in 800 tables.
        return values.Distinct >= 20 && (candidate.Weekdays & 0b1000001) == 0 ? DateHabit.Weekdays : DateHabit.None;
    }

    private static string HabitText(DateHabit habit) => habit switch
    {
        DateHabit.MonthStart => ", all first days of months",
        DateHabit.MonthEnd => ", all last days of months",
        DateHabit.SameWeekday => ", all the same day of the week",
        DateHabit.Weekdays => ", Monday to Friday",
        _ => string.Empty,
    };

    private static OffsetChanges OffsetsOf(DatePattern pattern, ObservedValues values)
    {
        const int MostChanges = 40;
        var seen = new List<(long Seconds, int Minutes, long Count)>();
        foreach (ValueCount value in values.Values)
            if (pattern.TryParse(value.Value, out DateTime moment, out TimeSpan offset))
                seen.Add(((long)(moment - offset - DateTime.UnixEpoch).TotalSeconds, (int)offset.TotalMinutes, value.Count));
        seen.Sort();
        var minutes = new List<int>();
        var from = new List<long>();
        foreach ((long seconds, int offset, _) in seen)
        {
            if (minutes.Count > 0 && minutes[^1] == offset)
                continue;
            if (minutes.Count > 0)
                from.Add(seconds);
            minutes.Add(offset);
        }

        if (minutes.Count is > 0 and <= MostChanges)
            return new OffsetChanges([.. minutes], [.. from]);
        int usual = seen.Count == 0 ? 0 : seen.GroupBy(s => s.Minutes).MaxBy(g => g.Sum(s => s.Count))!.Key;
        return new OffsetChanges([usual], []);
    }
}
