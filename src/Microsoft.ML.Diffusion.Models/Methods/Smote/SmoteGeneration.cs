using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Methods.Smote;

/// <summary>The registration of SMOTE.</summary>
internal sealed class SmoteGeneration : GenerationMethod
{
    public static SmoteGeneration Instance { get; } = new();

    public override string Name => "smote";

    public override string Title => "SMOTE";

    public override string Reference => "Chawla, Bowyer, Hall, Kegelmeyer 2002";

    public override GenerationAbilities Abilities => GenerationAbilities.Label;

    public override string OfOneRow => "SMOTE makes copies of it and nothing else";

    public override GeneratorOptions NewOptions() => new SmoteOptions();

    internal override TableGenerator Learn(
        ITableRows rows, GeneratorOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel) =>
        new SmoteGenerator(AsTable(rows), options.LabelColumn, ((SmoteOptions)options).Neighbors);
}
