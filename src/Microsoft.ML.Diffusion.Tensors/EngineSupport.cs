namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>What an <see cref="EngineProvider"/> finds to compute on.</summary>
/// <param name="IsUsable">Whether it can compute at all.</param>
/// <param name="Gpus">How many GPUs it can use.</param>
/// <param name="Reason">Why it cannot compute, as a sentence for the user that says what to do, or why on no GPU; else empty.</param>
public sealed record EngineSupport(bool IsUsable, int Gpus, string Reason);
