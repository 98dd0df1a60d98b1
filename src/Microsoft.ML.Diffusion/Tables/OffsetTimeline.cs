namespace Microsoft.ML.Diffusion.Tables;

/// <summary>Which offset from universal time the moments of a column have on a day, so that summer time begins and ends where it did in
/// the training rows. Of a day the latest moment counts: clocks are changed in the night. Days are kept, not moments.</summary>
internal sealed class OffsetTimeline
{
    // The largest offset that a DateTimeOffset can have, in minutes.
    private const int MostMinutes = 14 * 60;

    private readonly Dictionary<int, (long Ticks, short Minutes)> _latestOfDay = [];
    private Run[]? _runs;

    /// <summary>Takes in a moment that was observed.</summary>
    /// <param name="ticks">The clock time since 1970, in units of 100 nanoseconds.</param>
    /// <param name="minutes">The offset in minutes.</param>
    public void Learn(long ticks, short minutes)
    {
        int day = DayOf(ticks);
        if (_latestOfDay.TryGetValue(day, out (long Ticks, short Minutes) known) && known.Ticks >= ticks)
            return;
        _latestOfDay[day] = (ticks, minutes);
        _runs = null;
    }

    /// <summary>The offset, in minutes, of the observed day that is nearest to a clock time; 0 where nothing was observed.</summary>
    /// <param name="ticks">The clock time since 1970, in units of 100 nanoseconds.</param>
    public short MinutesAt(long ticks)
    {
        Run[] runs = _runs ??= FindRuns();
        if (runs.Length == 0)
            return 0;
        int day = DayOf(ticks);
        int before = 0, after = runs.Length;
        while (after - before > 1)
        {
            int middle = (before + after) / 2;
            if (runs[middle].First <= day)
                before = middle;
            else
                after = middle;
        }

        bool isNearerToNext = after < runs.Length && runs[after].First - day < day - runs[before].Last;
        return runs[isNearerToNext ? after : before].Minutes;
    }

    /// <summary>Writes the first and last day of every offset.</summary>
    public void Write(BinaryWriter writer)
    {
        Run[] runs = _runs ??= FindRuns();
        writer.Write(runs.Length);
        foreach (Run run in runs)
        {
            writer.Write(run.First);
            writer.Write(run.Last);
            writer.Write(run.Minutes);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="column">The column's name.</param>
    /// <exception cref="InvalidDataException">An offset is none, or the days are not in order.</exception>
    public static OffsetTimeline Read(BinaryReader reader, string column)
    {
        Run[] runs = reader.ReadItems("offsets", static reader => new Run(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt16()));
        for (int i = 0; i < runs.Length; i++)
        {
            if (Math.Abs((int)runs[i].Minutes) > MostMinutes)
                throw FileItems.Damaged($"column '{column}' has an offset of {runs[i].Minutes} minutes");
            if (runs[i].First > runs[i].Last || (i > 0 && runs[i].First <= runs[i - 1].Last))
                throw FileItems.Damaged($"the days of the offsets of column '{column}' are not in order");
        }

        return new OffsetTimeline { _runs = runs };
    }

    private Run[] FindRuns()
    {
        List<Run> runs = [];
        foreach ((int day, (_, short minutes)) in _latestOfDay.OrderBy(pair => pair.Key))
        {
            if (runs.Count > 0 && runs[^1].Minutes == minutes)
                runs[^1] = runs[^1] with { Last = day };
            else
                runs.Add(new Run(day, day, minutes));
        }

        return [.. runs];
    }

    private static int DayOf(long ticks) => (int)Math.Floor(ticks / (double)TimeSpan.TicksPerDay);

    /// <summary>Days on which the offset is the same.</summary>
    private readonly record struct Run(int First, int Last, short Minutes);
}
