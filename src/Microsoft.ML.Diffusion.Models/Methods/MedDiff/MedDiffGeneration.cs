using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Solvers;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.MedDiff;

/// <summary>The registration of MedDiff.</summary>
internal sealed class MedDiffGeneration : DiffusionGenerationMethod<MedDiffOptions>
{
    public static MedDiffGeneration Instance { get; } = new();

    public override string Name => "meddiff";

    public override string Title => "MedDiff";

    public override string Reference => "He, Zhang, Xu, Chiang, Ho 2023";

    public override GenerationAbilities Abilities =>
        GenerationAbilities.FixedValues | GenerationAbilities.Label | GenerationAbilities.Saving
        | GenerationAbilities.Resuming | GenerationAbilities.SeveralMachines;

    public override IReadOnlyDictionary<string, Func<GeneratorOptions>> Presets { get; } =
        new Dictionary<string, Func<GeneratorOptions>>(StringComparer.OrdinalIgnoreCase) { ["paper"] = MedDiffOptions.Paper, ["ncsn"] = MedDiffOptions.Ncsn };

    protected override GenerationSampler Load(BinaryReader reader) => MedDiffSampler.Load(reader);

    protected override GenerationSampler Train(ITableRows rows, MedDiffOptions options, GenerationTraining training)
    {
        RecordSlots? layout = null;
        RecordRows? data = null;
        float[] own = [];
        (TableEncoder encoder, LabelClasses labels, int[] classes) = ClassConditionalRows.Encode(Title, rows, options.LabelColumn, training.Meter,
            encoder =>
            {
                layout = new RecordSlots(encoder, WholeValues.Of(rows));
                data = new RecordRows(layout.AreSigns(), rows.RowCount);
                own = new float[data.Width];
            },
            (row, cells) =>
            {
                layout!.Write(cells, own);
                data!.Write(row, own);
            },
            training.Cancel);
        MedDiffSampling sampling = Sampling(options);
        int batchSize = options.BatchSize ?? 128;
        MedDiffSettings settings = new()
        {
            Channels = options.Width,
            Steps = options.Steps ?? (int)Math.Clamp(30L * rows.RowCount / batchSize, 3000, 10_000),
            BatchSize = batchSize,
            LearningRate = options.LearningRate ?? 1e-3,
            PredictsNoise = sampling.PredictsNoise,
            Guidance = sampling.Guidance,
        };
        training.Meter.Planned = settings.Steps;
        using TensorEngine engine = training.Engine.Create(options.Threads);
        var trainer = new MedDiffTrainer(encoder.SlotCount, labels.Count, sampling.Schedule(), settings, new Philox(options.Seed));
        trainer.Train(data!, classes, engine, training);
        (float[] means, float[] variances) = data!.Moments();
        var sampler = new MedDiffSampler(encoder, WholeValues.Of(rows), labels, trainer.Denoiser, trainer.Classifier, sampling, means, variances);
        return sampler.Calibrate(training.Deadline, training.Cancel);
    }

    private static MedDiffSampling Sampling(MedDiffOptions options)
    {
        bool isLangevin = options.Schedule == NoiseScheduleKind.VarianceExploding;
        int levels = options.DiffusionSteps ?? (isLangevin ? 10 : 200);
        return new MedDiffSampling
        {
            Levels = levels,
            LastBeta = options.LastBeta ?? 0,
            Kind = options.Schedule,
            PredictsNoise = options.PredictNoise ?? isLangevin,
            Solver = options.Solver ?? (isLangevin ? DiffusionSolver.Langevin : DiffusionSolver.DpmSolver),
            Steps = isLangevin ? options.SamplingSteps ?? 100 : Math.Min(options.SamplingSteps ?? 50, levels),
            Memory = options.AndersonMemory,
            Limit = options.AndersonLimit,
            Guidance = options.Guidance,
            CalibrationRows = options.CalibrationRows,
            Weight = options.GuidanceWeight ?? (options.Guidance == LabelGuidance.Classifier ? 1 : 0),
        };
    }
}
