namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>What goes on between pictures and those of half the height and width.</summary>
internal enum PixelBlockStep
{
    /// <summary>A small pixel is the sum of four large ones, times a factor.</summary>
    Gather,

    /// <summary>Four large pixels are each the small one, times a factor.</summary>
    Spread,

    /// <summary>A small pixel is four large ones side by side.</summary>
    Stack,

    /// <summary>Four large pixels are the parts of the small one.</summary>
    Unstack,
}
