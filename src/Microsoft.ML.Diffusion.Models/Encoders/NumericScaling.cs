namespace Microsoft.ML.Diffusion.Models.Encoders;

/// <summary>How numbers are brought to a common size. Always fitted on observed cells only.</summary>
public enum NumericScaling
{
    /// <summary>The smallest observed value becomes 0, the largest 1.</summary>
    MinMax,

    /// <summary>Mean 0, standard deviation 1; of the logarithm where the numbers are spread over many powers of ten.</summary>
    Standard,

    /// <summary>Ranks turned into the quantiles of a standard normal distribution.</summary>
    Quantile,
}
