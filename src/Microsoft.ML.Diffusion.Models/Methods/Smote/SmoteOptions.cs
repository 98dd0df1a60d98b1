using Microsoft.ML.Diffusion.Models.Generation;

namespace Microsoft.ML.Diffusion.Models.Methods.Smote;

/// <summary>Options of SMOTE, the baseline (Chawla, Bowyer, Hall, Kegelmeyer 2002). The classes of
/// <see cref="GeneratorOptions.LabelColumn"/> are kept apart where it is categorical. The generator keeps the training rows, and cannot be
/// saved; the training draws nothing, so that its seed does not matter.</summary>
public sealed class SmoteOptions : GeneratorOptions
{
    /// <inheritdoc/>
    public override GenerationMethod Registration => SmoteGeneration.Instance;

    /// <summary>How many nearest neighbours may be the second parent, 1 or more; all rows of the class where it has no more.
    /// Default: 5, as in the paper.</summary>
    public int Neighbors { get; set; } = 5;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Neighbors >= 1, nameof(Neighbors), Neighbors, "at least 1");
    }
}
