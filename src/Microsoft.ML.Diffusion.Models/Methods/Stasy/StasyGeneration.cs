using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Stasy;

/// <summary>The registration of STaSy.</summary>
internal sealed class StasyGeneration : DiffusionGenerationMethod<StasyOptions>
{
    public static StasyGeneration Instance { get; } = new();

    public override string Name => "stasy";

    public override string Title => "STaSy";

    public override string Reference => "Kim, Lee, Park 2023; of missing cells Ouyang, Xie, Li, Cheng 2023, algorithm 1";

    public override GenerationAbilities Abilities =>
        GenerationAbilities.FixedValues | GenerationAbilities.AnyEngine | GenerationAbilities.Saving;

    public override IReadOnlyDictionary<string, Func<GeneratorOptions>> Presets { get; } =
        new Dictionary<string, Func<GeneratorOptions>>(StringComparer.OrdinalIgnoreCase) { ["paper"] = StasyOptions.Paper };

    protected override GenerationSampler Load(BinaryReader reader) => StasySampler.Load(reader);

    protected override GenerationSampler Train(ITableRows rows, StasyOptions options, GenerationTraining training)
    {
        List<string> warnings = [];
        TableEncoder encoder = TableEncoder.Fit(rows, NumericScaling.MinMax, warnings, cancel: training.Cancel);
        warnings.ForEach(training.Meter.Say);
        if (encoder.Encoded.Count == 0)
            throw new InvalidDataException($"No column varies, so there is nothing for {Title} to learn.");
        StasySettings settings = new()
        {
            Widths = [.. options.Layers],
            IsScaled = options.ScaleByNoise,
            Steps = options.Steps ?? 10_000,
            BatchSize = options.BatchSize ?? 1000,
            LearningRate = options.LearningRate ?? 2e-3,
            Pace = options.SelfPaced ? (options.EasyShare, options.CountedShare) : null,
            FineTuningRounds = options.FineTuningRounds,
            FineTuningRate = options.FineTuningRate,
        };
        training.Meter.Planned = settings.Steps;
        VarianceExplodingProcess process = StasySampler.Process(options.LargestNoise);
        using TensorEngine engine = training.Engine.Create(options.Threads);
        var trainer = new StasyTrainer(encoder.Encode(rows), process, settings, new Philox(options.Seed));
        StasyDenoiser denoiser = trainer.Train(engine, training);
        return new StasySampler(encoder, denoiser, options.LargestNoise, options.Tolerance, WholeValues.Of(rows));
    }
}
