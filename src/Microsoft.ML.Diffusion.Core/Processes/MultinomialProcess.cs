using Microsoft.ML.Diffusion.Core.Schedules;

namespace Microsoft.ML.Diffusion.Core.Processes;

/// <summary>Diffusion of a category of K towards uniform ones (Hoogeboom et al. 2021): every step keeps it with probability
/// 1 - beta_t and otherwise draws it anew. All in logarithms.</summary>
/// <param name="schedule">alphaBar and beta of every level.</param>
public sealed class MultinomialProcess(NoiseSchedule schedule)
{
    /// <summary>alphaBar and beta of every level.</summary>
    public NoiseSchedule Schedule { get; } = schedule ?? throw new ArgumentNullException(nameof(schedule));

    /// <summary>log q(x_t | x_0) where x_0 is known or given by probabilities (equation 12): alphaBar_t x_0 + (1 - alphaBar_t) /
    /// K.</summary>
    /// <param name="logData">Log-probabilities of x_0, K of them.</param>
    /// <param name="t">0..T.</param>
    /// <param name="logState">Receives the K log-probabilities of x_t; may be the same memory.</param>
    public void Diffuse(ReadOnlySpan<float> logData, int t, Span<float> logState)
    {
        double kept = Schedule.AlphaBar(t), spread = (1 - kept) / logData.Length;
        for (int k = 0; k < logData.Length; k++)
            logState[k] = Log(kept * Math.Exp(logData[k]) + spread);
    }

    /// <summary>The probability of each category at level <paramref name="t"/>, given the one it was.</summary>
    /// <param name="category">x_0.</param>
    /// <param name="categories">K.</param>
    /// <param name="t">0..T.</param>
    /// <param name="probabilities">Receives K probabilities.</param>
    public void Diffuse(int category, int categories, int t, Span<float> probabilities)
    {
        double kept = Schedule.AlphaBar(t);
        probabilities[..categories].Fill((float)((1 - kept) / categories));
        probabilities[category] += (float)kept;
    }

    /// <summary>log q(x_(t-1) | x_t, x_0) (equations 13 and 14), normalised: the step's likelihood of x_t times what x_0 says of
    /// x_(t-1). At t = 1 it is x_0 itself.</summary>
    /// <param name="state">x_t, a category.</param>
    /// <param name="logData">Log-probabilities of x_0: a network's, or those of one category.</param>
    /// <param name="t">1..T.</param>
    /// <param name="logPosterior">Receives K log-probabilities; may be the same memory as <paramref name="logData"/>.</param>
    public void Posterior(int state, ReadOnlySpan<float> logData, int t, Span<float> logPosterior)
    {
        int categories = logData.Length;
        if (t == 1)
        {
            // x_0 has no noise to undo; the step down to it asks the network alone (Hoogeboom et al. 2021, section 4).
            logData.CopyTo(logPosterior);
            return;
        }
        double beta = Schedule.Beta(t), spread = beta / categories;
        double other = Log(spread), same = Log(1 - beta + spread);
        Diffuse(logData, t - 1, logPosterior);
        for (int k = 0; k < categories; k++)
            logPosterior[k] += (float)(k == state ? same : other);
        Normalise(logPosterior[..categories]);
    }

    /// <summary>The divergence of the posterior that a network's logits imply from the one given the data (equation 15), in nats, and its
    /// gradient with respect to the logits.</summary>
    /// <param name="state">x_t, a category.</param>
    /// <param name="logData">Log-probabilities of x_0; those of one category.</param>
    /// <param name="logits">The network's logits of x_0.</param>
    /// <param name="t">1..T.</param>
    /// <param name="gradient">Receives K values.</param>
    public double PosteriorDivergence(int state, ReadOnlySpan<float> logData, ReadOnlySpan<float> logits, int t, Span<float> gradient)
    {
        int categories = logits.Length;
        Span<float> softmax = stackalloc float[categories], wanted = stackalloc float[categories], implied = stackalloc float[categories];
        logits.CopyTo(softmax);
        Normalise(softmax);
        Posterior(state, logData, t, wanted);
        Posterior(state, softmax, t, implied);
        double divergence = Divergence(wanted, implied);
        // The implied posterior is proportional to (kept s + spread) times a constant of the category, s being the softmax. With r the part
        // of kept s in kept s + spread, and d = implied - wanted, the gradient is r d - s (sum of r d): no quotient that vanishes with s.
        double kept = Schedule.AlphaBar(t - 1), spread = (1 - kept) / categories, sum = 0;
        for (int k = 0; k < categories; k++)
        {
            double s = Math.Exp(softmax[k]), part = spread > 0 ? kept * s / (kept * s + spread) : 1;
            double slope = part * (Math.Exp(implied[k]) - Math.Exp(wanted[k]));
            softmax[k] = (float)s;
            gradient[k] = (float)slope;
            sum += slope;
        }
        for (int k = 0; k < categories; k++)
            gradient[k] -= (float)(softmax[k] * sum);
        return divergence;
    }

    /// <summary>Kullback-Leibler divergence of one distribution from another, in nats.</summary>
    /// <param name="logP">Log-probabilities.</param>
    /// <param name="logQ">Log-probabilities of the other.</param>
    public static double Divergence(ReadOnlySpan<float> logP, ReadOnlySpan<float> logQ)
    {
        double sum = 0;
        for (int k = 0; k < logP.Length; k++)
        {
            double p = Math.Exp(logP[k]);
            sum += p > 0 ? p * (logP[k] - logQ[k]) : 0;
        }
        return sum;
    }

    /// <summary>Shifts logarithms so that their exponentials add up to one.</summary>
    internal static void Normalise(Span<float> logs)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (float log in logs)
            largest = Math.Max(largest, log);
        foreach (float log in logs)
            sum += Math.Exp(log - largest);
        float shift = (float)(largest + Math.Log(sum));
        foreach (ref float log in logs)
            log -= shift;
    }

    // Of no probability at all a finite logarithm, so that zero times it is zero.
    private static float Log(double probability) => (float)Math.Log(Math.Max(probability, 1e-30));
}
