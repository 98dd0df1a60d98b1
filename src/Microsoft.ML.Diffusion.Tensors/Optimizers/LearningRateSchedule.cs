namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The learning rate of each step, as a share of the first one.</summary>
public sealed class LearningRateSchedule
{
    private readonly Func<long, double> _factor;

    private LearningRateSchedule(Func<long, double> factor) => _factor = factor;

    /// <summary>Always 1.</summary>
    public static LearningRateSchedule Constant { get; } = new(static _ => 1);

    /// <summary>The factor of a step.</summary>
    /// <param name="step">0 for the first.</param>
    public double Factor(long step) => _factor(step);

    /// <summary>Times <paramref name="decay"/> at each milestone: from that step on the factor is smaller.</summary>
    public static LearningRateSchedule MultiStep(double decay, params ReadOnlySpan<long> milestones)
    {
        long[] sorted = milestones.ToArray();
        Array.Sort(sorted);
        return new(step => Math.Pow(decay, sorted.Count(m => step >= m)));
    }

    /// <summary>Half a cosine from 1 down to <paramref name="last"/> (Loshchilov and Hutter 2017).</summary>
    /// <param name="steps">The number of steps; later ones keep the last factor.</param>
    /// <param name="last">The factor at the end.</param>
    public static LearningRateSchedule Cosine(long steps, double last = 0) =>
        new(step => last + ((1 - last) * 0.5 * (1 + Math.Cos(Math.PI * Progress(step, steps)))));

    /// <summary>A line from 1 down to <paramref name="last"/>.</summary>
    /// <param name="steps">The number of steps; later ones keep the last factor.</param>
    /// <param name="last">The factor at the end.</param>
    public static LearningRateSchedule Linear(long steps, double last = 0) =>
        new(step => 1 + ((last - 1) * Progress(step, steps)));

    /// <summary>1 for the first part, then a line down to <paramref name="last"/>.</summary>
    /// <param name="steps">The number of steps; later ones keep the last factor.</param>
    /// <param name="share">The share of the steps before the factor falls, 0 to below 1.</param>
    /// <param name="last">The factor at the end.</param>
    public static LearningRateSchedule Falling(long steps, double share, double last) =>
        new(step => Math.Min(1, Math.Max(last, (1 - Progress(step, steps)) / (1 - share))));

    /// <summary>The same, times a line from nearly 0 to 1 over the first steps.</summary>
    /// <param name="steps">The number of warm-up steps; the first has the factor 1/steps.</param>
    public LearningRateSchedule WithWarmUp(long steps) =>
        new(step => _factor(step) * Math.Min(1, (step + 1) / (double)Math.Max(steps, 1)));

    /// <summary>The same, but never below a factor.</summary>
    /// <param name="least">The least factor.</param>
    public LearningRateSchedule WithFloor(double least) => new(step => Math.Max(least, _factor(step)));

    private static double Progress(long step, long steps) => Math.Clamp(step / (double)Math.Max(steps, 1), 0, 1);
}
