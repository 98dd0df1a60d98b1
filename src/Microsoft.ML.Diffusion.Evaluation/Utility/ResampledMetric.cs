namespace Microsoft.ML.Diffusion.Evaluation.Utility;

/// <summary>A metric of stored predictions that is taken on many resamples of the rows.</summary>
internal abstract class ResampledMetric
{
    /// <summary>The metric on the rows, each counted a number of times; NaN where it is not defined on them.</summary>
    /// <param name="counts">How often each row was drawn.</param>
    public abstract double Of(ReadOnlySpan<int> counts);
}
