using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Methods.MissDiff;

/// <summary>The registration of MissDiff as a method that makes rows.</summary>
internal sealed class MissDiffGeneration : DiffusionGenerationMethod<MissDiffGenerationOptions>
{
    public static MissDiffGeneration Instance { get; } = new();

    public override string Name => "missdiff";

    public override string Title => "MissDiff";

    public override string Reference => "Ouyang, Xie, Li, Cheng 2023, algorithms 1 and 3";

    public override GenerationAbilities Abilities => GenerationAbilities.FixedValues | GenerationAbilities.Saving;

    public override IReadOnlyDictionary<string, Func<GeneratorOptions>> Presets { get; } =
        new Dictionary<string, Func<GeneratorOptions>>(StringComparer.OrdinalIgnoreCase) { ["paper"] = MissDiffGenerationOptions.Paper };

    protected override GenerationSampler Load(BinaryReader reader) => MissDiffSampler.Load(reader);

    protected override GenerationSampler Train(ITableRows rows, MissDiffGenerationOptions options, GenerationTraining training)
    {
        var paper = MissDiffOptions.Paper();
        paper.BatchSize = options.BatchSize ?? paper.BatchSize;
        paper.LearningRate = options.LearningRate ?? paper.LearningRate;
        if (options.Steps is int steps)
            paper.Epochs = (int)Math.Max(1, Math.Min(int.MaxValue, (long)steps * paper.BatchSize!.Value / rows.RowCount));
        // Nothing left is the least that can be asked for.
        paper.MaxTrainingTime = training.Deadline.Left is { } left ? TimeSpan.FromTicks(Math.Max(1, left.Ticks)) : null;
        (paper.Seed, paper.Threads) = (options.Seed, options.Threads);
        (paper.Engine, paper.GpuDeviceId, paper.FallbackToCpu) = (options.Engine, options.GpuDeviceId, options.FallbackToCpu);
        return new MissDiffSampler((TrainedImputer)MissDiffImputation.Instance.Learn(rows, paper, training.Progress, training.Cancel));
    }
}
