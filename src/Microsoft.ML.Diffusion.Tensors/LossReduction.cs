namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>What the sum of a loss over its cells is divided by.</summary>
public enum LossReduction
{
    /// <summary>Nothing: the weighted sum.</summary>
    Sum,

    /// <summary>The number of rows.</summary>
    MeanOverRows,

    /// <summary>The number of cells, masked or not.</summary>
    MeanOverCells,

    /// <summary>The sum of the mask: the mean over the cells that count. Zero where the mask is all zero.</summary>
    MeanOverMask,
}
