namespace Microsoft.ML.Diffusion.Models.MultipleImputation;

/// <summary>What several imputations together say about one number, such as a coefficient. <see cref="Rubin.Pool"/> makes it.</summary>
/// <param name="Estimate">The mean of the estimates.</param>
/// <param name="WithinVariance">The mean of the squared standard errors: what would be uncertain without missing values too.</param>
/// <param name="BetweenVariance">The variance of the estimates, with m - 1 in the denominator: what the missing values add.</param>
/// <param name="TotalVariance">Within + (1 + 1 / m) between.</param>
/// <param name="DegreesOfFreedom">Of the Student t distribution of the estimate; infinite where all estimates are equal and the
/// complete data's are not given.</param>
/// <param name="Confidence">The coverage that the interval is meant to have, 0 to 1.</param>
/// <param name="Lower">Lower end of the confidence interval.</param>
/// <param name="Upper">Upper end of the confidence interval.</param>
public sealed record PooledEstimate(
    double Estimate,
    double WithinVariance,
    double BetweenVariance,
    double TotalVariance,
    double DegreesOfFreedom,
    double Confidence,
    double Lower,
    double Upper)
{
    /// <summary>The standard error of the estimate.</summary>
    public double StandardError => Math.Sqrt(TotalVariance);

    /// <summary>The relative increase in variance that is due to the missing values, r (Rubin 1987, equation 3.1.7); infinite where
    /// nothing else is uncertain.</summary>
    public double RelativeVarianceIncrease => MissingVarianceShare / (1 - MissingVarianceShare);

    /// <summary>The share of the total variance that is due to the missing values, 0 to 1: lambda.</summary>
    public double MissingVarianceShare => TotalVariance > 0 ? (TotalVariance - WithinVariance) / TotalVariance : 0;

    /// <summary>The fraction of the information about the estimate that is missing, 0 to 1 (Rubin 1987, equation 3.1.10):
    /// (r + 2 / (degrees of freedom + 3)) / (r + 1).</summary>
    public double MissingInformation => MissingVarianceShare + ((1 - MissingVarianceShare) * 2 / (DegreesOfFreedom + 3));
}
