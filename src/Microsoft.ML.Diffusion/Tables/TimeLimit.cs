namespace Microsoft.ML.Diffusion.Tables;

/// <summary>What is left of the time for a training that has begun.</summary>
internal static class TimeLimit
{
    /// <summary>The time of the next of some trainings that come one after another.</summary>
    /// <param name="most">For all of them, and for what came before; null for no limit.</param>
    /// <param name="elapsed">What is gone of it.</param>
    /// <param name="trainings">How many are still to come, with the next.</param>
    /// <returns>Above 0, as options have it: where nothing is left, as little as can be said.</returns>
    public static TimeSpan? OfNext(TimeSpan? most, TimeSpan elapsed, int trainings) =>
        most is { } limit ? TimeSpan.FromTicks(Math.Max(1, (limit - elapsed).Ticks / trainings)) : null;
}
