using Microsoft.ML.Diffusion.Models.Generation;
using static Microsoft.ML.Diffusion.Models.Configuration.OptionCheck;

namespace Microsoft.ML.Diffusion.Models.Methods.MissDiff;

/// <summary>Options of rows made by MissDiff (Ouyang, Xie, Li, Cheng 2023), algorithms 1 and 3; everything else is as in the
/// paper.</summary>
/// <remarks>
/// Chosen where they are null: <see cref="DiffusionGeneratorOptions.Steps"/> so that they go over the rows 250 times,
/// <see cref="DiffusionGeneratorOptions.BatchSize"/> 64, <see cref="DiffusionGeneratorOptions.LearningRate"/> 5e-4. The label is a
/// column like
/// any other.
/// </remarks>
public sealed class MissDiffGenerationOptions : DiffusionGeneratorOptions
{
    /// <inheritdoc/>
    public override GenerationMethod Registration => MissDiffGeneration.Instance;

    /// <inheritdoc/>
    /// <remarks><see cref="DiffusionGeneratorOptions.MaxTrainingTime"/> must be null: MissDiff trains to its end.</remarks>
    public override void Validate()
    {
        base.Validate();
        Require(MaxTrainingTime is null, nameof(MaxTrainingTime), MaxTrainingTime, "null: MissDiff trains for all its Steps, which can be set");
    }

    /// <summary>As in the paper, which the defaults are too.</summary>
    public static MissDiffGenerationOptions Paper() => new();
}
