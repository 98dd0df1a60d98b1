using MathNet.Numerics.Distributions;
using MathNet.Numerics.RootFinding;

namespace Microsoft.ML.Diffusion.Models.MultipleImputation;

/// <summary>Rubin's rules: one estimate out of those that the same analysis gives on several imputations of a table.</summary>
public static class Rubin
{
    private const double Accuracy = 1e-12;

    /// <summary>Pools an estimate, its uncertainty and a confidence interval.</summary>
    /// <remarks>Rubin (1987), "Multiple imputation for nonresponse in surveys", section 3.1; the degrees of freedom for small
    /// samples are those of Barnard and Rubin (1999), "Small-sample degrees of freedom with multiple imputation", equation 3. The
    /// estimate should be on a scale on which it is about normal: the logarithm of an odds ratio, not the ratio.</remarks>
    /// <param name="estimates">The estimate of every imputation, two or more; their order does not matter.</param>
    /// <param name="standardErrors">The standard error of every one, 0 or more, as the analysis of a complete table gives it.</param>
    /// <param name="completeDegreesOfFreedom">Degrees of freedom of the same analysis without missing values, such as rows minus
    /// coefficients for a linear regression; infinite (the default) for an analysis of large samples.</param>
    /// <param name="confidence">The coverage that the interval is to have, between 0 and 1. Default: 0.95.</param>
    /// <exception cref="ArgumentException">There are fewer than two estimates, not as many standard errors, or a number is not
    /// finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A standard error is negative, the degrees of freedom are not above 0, or the
    /// confidence
    /// is not between 0 and 1.</exception>
    public static PooledEstimate Pool(
        IReadOnlyList<double> estimates,
        IReadOnlyList<double> standardErrors,
        double completeDegreesOfFreedom = double.PositiveInfinity,
        double confidence = 0.95)
    {
        Refuse(estimates, standardErrors);
        if (!(completeDegreesOfFreedom > 0))
            throw new ArgumentOutOfRangeException(nameof(completeDegreesOfFreedom), completeDegreesOfFreedom, "The degrees of freedom must be above 0.");
        if (!(confidence > 0 && confidence < 1))
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "The confidence must lie between 0 and 1.");

        int m = estimates.Count;
        double estimate = estimates.Average();
        double within = standardErrors.Average(error => error * error);
        double between = estimates.Sum(value => (value - estimate) * (value - estimate)) / (m - 1);
        double total = within + ((1 + (1.0 / m)) * between);
        double degrees = DegreesOfFreedom(m, total > 0 ? (total - within) / total : 0, completeDegreesOfFreedom);
        double half = total > 0 ? Math.Sqrt(total) * Quantile(degrees, 0.5 + (confidence / 2)) : 0;
        return new(estimate, within, between, total, degrees, confidence, estimate - half, estimate + half);
    }

    /// <param name="m">The number of imputations.</param>
    /// <param name="share">The share of the variance that is due to the missing values.</param>
    /// <param name="complete">Degrees of freedom of the complete data.</param>
    private static double DegreesOfFreedom(int m, double share, double complete)
    {
        double imputations = (m - 1) / (share * share);
        if (double.IsPositiveInfinity(complete))
            return imputations;
        double observed = (complete + 1) / (complete + 3) * complete * (1 - share);
        // 1 / (1 / a + 1 / b), which an infinite or a zero term leaves defined.
        return 1 / ((1 / imputations) + (1 / observed));
    }

    /// <summary>The quantile of Student's t above one half.</summary>
    private static double Quantile(double degrees, double probability)
    {
        if (double.IsPositiveInfinity(degrees))
            return Normal.InvCDF(0, 1, probability);
        // The library's own inverse looks no further than 800, which few degrees of freedom exceed.
        double above = 1;
        while (StudentT.CDF(0, 1, degrees, above) < probability)
        {
            above *= 2;
            if (double.IsPositiveInfinity(above))
                return above;
        }

        return Brent.FindRoot(t => StudentT.CDF(0, 1, degrees, t) - probability, 0, above, Accuracy);
    }

    private static void Refuse(IReadOnlyList<double> estimates, IReadOnlyList<double> standardErrors)
    {
        ArgumentNullException.ThrowIfNull(estimates);
        ArgumentNullException.ThrowIfNull(standardErrors);
        if (estimates.Count < 2)
            throw new ArgumentException($"Pooling takes the estimates of two imputations or more; there are {estimates.Count}.", nameof(estimates));
        if (estimates.Count != standardErrors.Count)
            throw new ArgumentException($"There are {estimates.Count} estimates and {standardErrors.Count} standard errors; each estimate needs its own.", nameof(standardErrors));
        for (int i = 0; i < estimates.Count; i++)
        {
            if (!double.IsFinite(estimates[i]))
                throw new ArgumentException($"Estimate {i} (counted from 0) is {estimates[i]}; only finite numbers can be pooled.", nameof(estimates));
            if (!double.IsFinite(standardErrors[i]))
                throw new ArgumentException($"Standard error {i} (counted from 0) is {standardErrors[i]}; only finite numbers can be pooled.", nameof(standardErrors));
            if (standardErrors[i] < 0)
                throw new ArgumentOutOfRangeException(nameof(standardErrors), standardErrors[i], $"Standard error {i} (counted from 0) is negative.");
        }
    }
}
