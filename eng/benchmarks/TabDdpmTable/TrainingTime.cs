namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>What a training took; a training that was ended and went on counts what it took since.</summary>
/// <param name="Seconds">By the clock.</param>
/// <param name="CpuSeconds">On processors.</param>
/// <param name="Steps">How many steps a network was trained; null where the method has no such number.</param>
internal sealed record TrainingTime(double Seconds, double CpuSeconds, int? Steps);
