using System.Diagnostics;

namespace Microsoft.ML.Diffusion.Core.Training;

/// <summary>When a training has to be done. It begins once, when the rows are in memory, and is passed down to everything that takes
/// time.</summary>
internal sealed class TrainingDeadline
{
    private readonly long _start;
    private readonly long _end;

    private TrainingDeadline(long start, long end) => (_start, _end) = (start, end);

    /// <summary>No limit.</summary>
    public static TrainingDeadline None { get; } = new(0, long.MaxValue);

    /// <summary>Whether there is a limit.</summary>
    public bool IsLimited => _end != long.MaxValue;

    /// <summary>Whether no time is left.</summary>
    public bool IsOver => IsLimited && Stopwatch.GetTimestamp() >= _end;

    /// <summary>The time left, not below 0; null where there is no limit.</summary>
    public TimeSpan? Left
    {
        get
        {
            if (!IsLimited)
                return null;
            long now = Stopwatch.GetTimestamp();
            return now < _end ? Stopwatch.GetElapsedTime(now, _end) : TimeSpan.Zero;
        }
    }

    /// <summary>A limit that begins now.</summary>
    /// <param name="most">The time; null for no limit.</param>
    public static TrainingDeadline In(TimeSpan? most)
    {
        if (most is not { } time)
            return None;
        long now = Stopwatch.GetTimestamp();
        // Of what would end after the clock does, there is no limit.
        double ticks = time.TotalSeconds * Stopwatch.Frequency;
        return ticks < long.MaxValue / 2 ? new TrainingDeadline(now, now + (long)ticks) : None;
    }

    /// <summary>Whether there is a limit and less than this share of it is left.</summary>
    public bool HasLessThan(double share) => IsLimited && _end - Stopwatch.GetTimestamp() < share * (_end - _start);

    /// <summary>The limit of what may take the first part of the time left.</summary>
    /// <param name="share">How much of it, 0 to 1.</param>
    public TrainingDeadline First(double share)
    {
        if (!IsLimited)
            return this;
        long now = Stopwatch.GetTimestamp();
        return new TrainingDeadline(now, now + (long)(Math.Max(0, _end - now) * share));
    }
}
