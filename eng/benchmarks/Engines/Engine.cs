using Microsoft.ML.Diffusion.Core.Engines;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>What computes.</summary>
/// <param name="Kind">The engine.</param>
/// <param name="Gpu">The GPU; null for none in particular.</param>
/// <param name="Threads">Threads of the processor.</param>
internal sealed record Engine(EngineKind Kind, int? Gpu, int Threads);
