namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>How good the news of a <see cref="Verdict"/> is.</summary>
public enum VerdictGrade
{
    /// <summary>As good as real rows, or nearly.</summary>
    Good,

    /// <summary>Usable with the reservation that the answer names.</summary>
    Fair,

    /// <summary>Not to be used for this.</summary>
    Poor,

    /// <summary>The tables do not decide it; the answer says why.</summary>
    Undefined,
}
