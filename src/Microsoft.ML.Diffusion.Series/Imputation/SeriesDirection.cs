namespace Microsoft.ML.Diffusion.Series.Imputation;

/// <summary>From which steps of its series a missing cell is filled.</summary>
public enum SeriesDirection
{
    /// <summary>From all of them, before and after.</summary>
    Smooth,

    /// <summary>From its own step and those before it: what comes later changes nothing.</summary>
    Causal,
}
