namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>What the label of a table is.</summary>
public enum LabelTask
{
    /// <summary>One of two classes.</summary>
    Binary,

    /// <summary>One of three or more classes.</summary>
    Multiclass,

    /// <summary>A number.</summary>
    Regression,
}
