using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Terminal;

/// <summary>How far a stage of the work has come.</summary>
/// <param name="Fraction">Share done, 0 to 1.</param>
/// <param name="Remaining">Time left, where it is known.</param>
/// <param name="Detail">A few words, such as the loss; may be empty.</param>
internal readonly record struct StageProgress(double Fraction, TimeSpan? Remaining, string Detail)
{
    /// <summary>Progress of steps that all take about the same time.</summary>
    public static StageProgress Linear(double fraction, TimeSpan elapsed) =>
        new(fraction, fraction > 0.01 ? elapsed * ((1 - fraction) / fraction) : null, string.Empty);

    /// <summary>Time left as <c>m:ss left</c>, or nothing where it is not known.</summary>
    public string TimeLeft => Remaining is { } left ? $"{Clock(left)} left" : string.Empty;

    /// <summary>A time as <c>m:ss</c>.</summary>
    public static string Clock(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)Math.Max(0, time.TotalMinutes)}:{Math.Max(0, time.Seconds):00}");
}
