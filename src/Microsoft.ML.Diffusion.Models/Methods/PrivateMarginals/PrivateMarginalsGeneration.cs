using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Methods.PrivateMarginals;

/// <summary>The registration of synthesis by noisy marginals.</summary>
internal sealed class PrivateMarginalsGeneration : GenerationMethod
{
    public static PrivateMarginalsGeneration Instance { get; } = new();

    public override string Name => PrivateMarginalsOptions.MethodName;

    public override string Title => "Private marginals";

    public override string Reference => "McKenna, Miklau, Sheldon 2021; McKenna, Mullins, Sheldon, Miklau 2022";

    public override GenerationAbilities Abilities => GenerationAbilities.FixedValues | GenerationAbilities.Ranges
        | GenerationAbilities.MissingCells | GenerationAbilities.Label | GenerationAbilities.Saving;

    public override string OfOneRow => "the noise hides it";

    public override GeneratorOptions NewOptions() => new PrivateMarginalsOptions();

    internal override TableGenerator Learn(
        ITableRows rows, GeneratorOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        var own = (PrivateMarginalsOptions)options;
        var deadline = TrainingDeadline.In(own.MaxTrainingTime);
        MarginalSampler sampler = new MarginalTrainer(rows, own, new ProgressMeter(progress, deadline), deadline, cancel).Train();
        return new DiffusionGenerator(sampler.Columns, this, sampler);
    }

    internal override TableGenerator Load(IReadOnlyList<TableColumn> columns, BinaryReader reader)
    {
        MarginalSampler sampler = MarginalSampler.Load(columns, reader);
        return new DiffusionGenerator(columns, this, sampler);
    }
}
