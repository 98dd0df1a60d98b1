namespace Microsoft.ML.Diffusion.Models.Methods.Stasy;

/// <summary>Self-paced learning (Kim, Lee, Park 2023, section 3.2): rows with a small loss count first, and those with a large one later. A
/// row counts whole up to the alpha quantile of the losses, not at all from the beta quantile on, and in part between; both rise to
/// 1.</summary>
/// <param name="alpha">alpha at the start, 0 to 1.</param>
/// <param name="beta">beta at the start, alpha to 1.</param>
/// <param name="steps">After how many steps every row counts, at the latest.</param>
internal sealed class SelfPace(double alpha, double beta, int steps)
{
    private double[] _sorted = [];

    /// <summary>Where a quantile that started somewhere is after some steps (as the published code has it).</summary>
    /// <param name="start">0 to 1.</param>
    /// <param name="step">0 or more.</param>
    public double At(double start, int step) =>
        step >= steps ? 1 : Math.Min(1, start + Math.Log(1 + ((Math.E - 1) / steps * step * (1 - start))));

    /// <summary>How much each row counts.</summary>
    /// <param name="step">The number of steps that were taken.</param>
    /// <param name="losses">The losses of the rows.</param>
    /// <param name="weights">Receives 0 to 1 for each.</param>
    public void Weigh(int step, ReadOnlySpan<double> losses, Span<double> weights)
    {
        if (_sorted.Length != losses.Length)
            _sorted = new double[losses.Length];
        losses.CopyTo(_sorted);
        Array.Sort(_sorted);
        double easy = Quantile(_sorted, At(alpha, step)), hard = Quantile(_sorted, At(beta, step));
        for (int i = 0; i < losses.Length; i++)
            weights[i] = losses[i] <= easy ? 1 : losses[i] >= hard ? 0 : (hard - losses[i]) / (hard - easy);
    }

    // Between two losses in a line.
    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        return sorted[below] + ((place - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
    }
}
