using System.Diagnostics;

namespace Microsoft.ML.Diffusion.Core.Training;

/// <summary>Divides the time that a training may take among the networks that are trained, by their steps.</summary>
/// <param name="deadline">When all of them have to be done.</param>
/// <param name="threads">How many are trained at a time.</param>
internal sealed class TrainingClock(TrainingDeadline deadline, int threads)
{
    private readonly Lock _lock = new();
    private long _left;

    /// <summary>Counts steps that are to be done.</summary>
    public void Plan(long steps)
    {
        lock (_lock)
            _left += steps;
    }

    /// <summary>One network starts; <see cref="Share.Dispose"/> tells that it is done.</summary>
    /// <param name="steps">Its steps, which were planned before.</param>
    public Share Start(long steps)
    {
        lock (_lock)
        {
            // At least one step, so that a network whose plan has none gets no time and not 0 / 0 of it.
            double share = Math.Min(1, threads * (double)steps / Math.Max(1, Math.Max(steps, _left)));
            return new Share(this, steps, deadline.Left * share);
        }
    }

    /// <summary>The time of one network.</summary>
    internal sealed class Share(TrainingClock clock, long steps, TimeSpan? own) : IDisposable
    {
        private readonly Stopwatch _watch = Stopwatch.StartNew();
        private TimeSpan _last;

        /// <summary>The part of its time that is gone, 0 to 1; 0 where there is no limit.</summary>
        public double Elapsed => own is not { } time ? 0 : time <= TimeSpan.Zero ? 1 : Math.Min(1, _watch.Elapsed / time);

        /// <summary>Whether more than half of another step fits into its time, if that takes as long as what was done since the last
        /// question.</summary>
        public bool HasTimeForStep()
        {
            if (own is not { } time)
                return true;
            TimeSpan now = _watch.Elapsed, step = now - _last;
            _last = now;
            return now + step / 2 < time;
        }

        public void Dispose() => clock.Plan(-steps);
    }
}
