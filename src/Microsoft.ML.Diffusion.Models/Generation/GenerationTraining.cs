using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Core.Ranks;
using Microsoft.ML.Diffusion.Core.Training;

namespace Microsoft.ML.Diffusion.Models.Generation;

/// <summary>Where a training computes, whom it tells of its progress, and what stops it.</summary>
/// <param name="Engine">Where to compute.</param>
/// <param name="Meter">Counts the steps of a training that reports by it.</param>
/// <param name="Progress">Told by a training that counts its steps itself; null for nobody.</param>
/// <param name="Clock">The time that the network may take.</param>
/// <param name="Deadline">When all has to be done.</param>
/// <param name="Cancel">Stops the training within a second.</param>
internal sealed record GenerationTraining(
    EngineChoice Engine, ProgressMeter Meter, IProgress<TrainingProgress>? Progress, TrainingClock Clock, TrainingDeadline Deadline,
    CancellationToken Cancel)
{
    /// <summary>The share of the time that is kept for what comes after the network, such as a calibration.</summary>
    public const double Reserve = 0.1;

    /// <summary>What the network's training goes on from; null for the start.</summary>
    public TrainingCheckpoint? Checkpoint { get; init; }

    /// <summary>The ranks that the network is trained with; null for this process alone.</summary>
    public GradientExchange? Exchange { get; init; }
}
