namespace Microsoft.ML.Diffusion.TorchSharp;

/// <summary>The knobs of a <see cref="TorchEngine"/>.</summary>
public sealed record TorchEngineOptions
{
    /// <summary>Which GPU computes, 0-based, as <c>torch.cuda</c> counts them; none for the processor.</summary>
    public int? Gpu { get; init; }

    /// <summary>How many threads an operation on the processor may use; none leaves libtorch its own choice. One setting for the process:
    /// the
    /// last engine's counts. On a machine whose cores are busy with other work 1 is best, for libtorch's threads wait for each other
    /// spinning.</summary>
    public int? Threads { get; init; }
}
