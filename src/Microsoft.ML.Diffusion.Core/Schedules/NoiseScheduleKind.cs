namespace Microsoft.ML.Diffusion.Core.Schedules;

/// <summary>The shapes of <see cref="NoiseSchedule"/>.</summary>
public enum NoiseScheduleKind
{
    /// <summary>Variance preserving, the square root of beta linear in t: MissDiff's and CSDI's (Tashiro et al. 2021).</summary>
    Quadratic,

    /// <summary>Variance preserving, beta linear in t (Ho et al. 2020).</summary>
    Linear,

    /// <summary>Variance preserving, the signal follows a squared cosine and ends at exactly none (Nichol and Dhariwal 2021).</summary>
    Cosine,

    /// <summary>Variance exploding: the signal stays, the noise grows geometrically (Song and Ermon 2019; Song et al. 2021).</summary>
    VarianceExploding,
}
