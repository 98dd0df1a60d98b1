namespace Microsoft.ML.Diffusion.Core.Engines;

/// <summary>What computes a training.</summary>
public enum EngineKind
{
    /// <summary>A GPU where the app carries the assembly Microsoft.ML.Diffusion.TorchSharp and there is one; else managed code.</summary>
    Auto,

    /// <summary>Managed code on the processor.</summary>
    Managed,

    /// <summary>TorchSharp, on a GPU or, where there is none, on the processor with libtorch's kernels.</summary>
    TorchSharp,
}
