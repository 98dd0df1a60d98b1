namespace Microsoft.ML.Diffusion.Core.Processes;

/// <summary>Diffusion of numbers in continuous time to which noise is added and nothing taken away: x(t) = x(0) + sigma(t) z with sigma(t)
/// = smallest (largest / smallest)^t, t from 0 to 1 (Song et al. 2021, "Score-based generative modeling through stochastic differential
/// equations", appendix C).</summary>
internal sealed class VarianceExplodingProcess
{
    /// <summary>From where on scores are learnt and flows followed (as in the published code of STaSy): before, the score of a row is
    /// larger than a float can tell apart.</summary>
    public const double FirstTime = 1e-5;

    private readonly double _smallest;
    private readonly double _growth;

    /// <param name="smallest">sigma(0), above 0.</param>
    /// <param name="largest">sigma(1), above sigma(0).</param>
    public VarianceExplodingProcess(double smallest, double largest)
    {
        _smallest = smallest;
        _growth = Math.Log(largest / smallest);
    }

    /// <summary>sigma(t), the deviation of the noise in x(t).</summary>
    /// <param name="t">0 to 1.</param>
    public double Sigma(double t) => _smallest * Math.Exp(_growth * t);

    /// <summary>The factor of the score in the probability flow dx/dt = factor times score (Song et al. 2021, equation 13): minus half the
    /// slope of sigma squared.</summary>
    /// <param name="t">0 to 1.</param>
    public double FlowOfScore(double t)
    {
        double sigma = Sigma(t);
        return -_growth * sigma * sigma;
    }
}
