namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The knobs of a <see cref="ManagedEngine"/>. None of them changes a result by a single bit.</summary>
public sealed record ManagedEngineOptions
{
    /// <summary>How many threads a large operation may use; none for one per processor.</summary>
    public int? Threads { get; init; }

    /// <summary>Bits in a vector: 512, 256 or 128, or 32 for one float at a time; none for what this processor does best.</summary>
    public int? VectorWidth { get; init; }
}
