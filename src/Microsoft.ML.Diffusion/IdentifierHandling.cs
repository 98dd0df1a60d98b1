namespace Microsoft.ML.Diffusion;

/// <summary>What rows that are made have in a column that names rows or people.</summary>
public enum IdentifierHandling
{
    /// <summary>New values of the same look, all different, none of them one of the training rows'.</summary>
    MakeAnew,

    /// <summary>Nothing: the empty text, NaN, the key 0; in whole numbers, which cannot be missing, zero.</summary>
    LeaveEmpty,
}
