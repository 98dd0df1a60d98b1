namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>One recorded operation: its inputs, its result, and how to run it backwards.</summary>
/// <remarks>Operations are pooled by the tape, so whoever records one sets all its fields anew.</remarks>
internal abstract class Operation
{
    /// <summary>The result, whose gradient <see cref="Backward"/> passes on; skipped where none arrived.</summary>
    internal ManagedTensor Output { get; set; } = null!;

    /// <summary>Adds to the gradients of the inputs.</summary>
    internal abstract void Backward(ManagedTape tape);
}
