namespace Microsoft.ML.Diffusion.Core.Training;

/// <summary>How far a training has come.</summary>
/// <param name="Step">Optimizer steps done, over all networks that are trained.</param>
/// <param name="Steps">Optimizer steps planned; fewer are done when the training stops early.</param>
/// <param name="Loss">The training loss, averaged over the last steps; NaN before the first.</param>
/// <param name="ValidationError">The error on held-back observed cells when it was last measured.</param>
/// <param name="Elapsed">Time since the start.</param>
/// <param name="Remaining">Estimated time left, once there is something to estimate from.</param>
/// <param name="Message">A sentence worth logging, such as a warning about a column; empty when there is none.</param>
public sealed record TrainingProgress(
    int Step,
    int Steps,
    double Loss,
    double? ValidationError,
    TimeSpan Elapsed,
    TimeSpan? Remaining,
    string Message = "");
