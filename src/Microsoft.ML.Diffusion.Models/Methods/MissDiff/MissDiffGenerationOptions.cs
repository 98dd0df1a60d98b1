using Microsoft.ML.Diffusion.Models.Generation;

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

    /// <summary>As in the paper, which the defaults are too.</summary>
    public static MissDiffGenerationOptions Paper() => new();
}
