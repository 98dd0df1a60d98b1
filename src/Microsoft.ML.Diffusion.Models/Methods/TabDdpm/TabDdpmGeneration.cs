using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Privacy;
using Microsoft.ML.Diffusion.Models.PrivateColumns;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.TabDdpm;

/// <summary>The registration of TabDDPM.</summary>
internal sealed class TabDdpmGeneration : DiffusionGenerationMethod<TabDdpmOptions>
{
    public static TabDdpmGeneration Instance { get; } = new();

    public override string Name => "tabddpm";

    public override string Title => "TabDDPM";

    public override string Reference => "Kotelnikov, Baranchuk, Rubachev, Babenko 2023";

    public override GenerationAbilities Abilities =>
        GenerationAbilities.FixedValues | GenerationAbilities.Label | GenerationAbilities.AnyEngine | GenerationAbilities.Saving
        | GenerationAbilities.Resuming | GenerationAbilities.SeveralMachines;

    public override IReadOnlyDictionary<string, Func<GeneratorOptions>> Presets { get; } =
        new Dictionary<string, Func<GeneratorOptions>>(StringComparer.OrdinalIgnoreCase) { ["paper"] = TabDdpmOptions.Paper };

    // Small batches in a short time, of which one step would take a good part otherwise.
    private const int UsualBatch = 4096, SmallestBatch = 128, BatchPerSecond = 256;

    // Bins of a number under a privacy budget, and what finding and counting states may cost of it.
    private const int PrivateBins = 32;
    private const double StatesShare = 0.2;

    protected override GenerationSampler Load(BinaryReader reader)
    {
        bool isPrivate = reader.ReadInt32() == PrivateTabDdpmSampler.Mark;
        if (isPrivate)
            return PrivateTabDdpmSampler.Load(reader);
        reader.BaseStream.Position -= sizeof(int);
        return TabDdpmSampler.Load(reader);
    }

    protected override GenerationSampler Train(ITableRows rows, TabDdpmOptions options, GenerationTraining training)
    {
        if (options.Budget is { } budget)
            return Train(rows, options, budget, training);
        EncodedRows? all = null;
        (TableEncoder encoder, LabelClasses labels, int[] classes) = ClassConditionalRows.Encode(Title, rows, options.LabelColumn, training.Meter,
            encoder => all = new EncodedRows(encoder, rows.RowCount),
            (row, cells) => cells.CopyTo(all!.Row(row)),
            training.Cancel);
        TabDdpmSettings settings = new()
        {
            Widths = [.. options.Layers],
            Steps = options.Steps ?? 30_000,
            BatchSize = options.BatchSize ?? BatchSize(training),
            LearningRate = options.LearningRate ?? 2e-3,
            Dropout = options.Dropout,
        };
        training.Meter.Planned = settings.Steps;
        NoiseSchedule schedule = TabDdpmTrainer.Schedule(options.DiffusionSteps);
        using TensorEngine engine = training.Engine.Create(options.Threads);
        var trainer = new TabDdpmTrainer(encoder, labels.Count, schedule, settings, new Philox(options.Seed));
        TabDdpmDenoiser denoiser = trainer.Train(all!, classes, engine, training);
        return new TabDdpmSampler(encoder, denoiser, settings.Widths, schedule, labels, WholeValues.Of(rows));
    }

    private static PrivateTabDdpmSampler Train(ITableRows rows, TabDdpmOptions options, PrivacyBudget budget, GenerationTraining training)
    {
        var noise = new NoiseSource((ulong?)options.NoiseSeed);
        TableSurvey survey = TableSurvey.Of(
            rows, options.Domains, budget, StatesShare, columnsShare: 1, PrivateBins, options.LabelColumn, noise, training.Cancel);
        if (survey.Warning is { } warning)
            training.Meter.Say(warning);
        var states = new PrivateRows(survey.Columns, options.LabelColumn);
        TabDdpmSettings settings = new()
        {
            Widths = [.. options.Layers],
            Steps = options.Steps ?? 500,
            BatchSize = 0,
            LearningRate = options.LearningRate ?? 3e-3,
            Dropout = 0,
        };
        training.Meter.Planned = settings.Steps;
        GradientNoise gradients = GradientNoise.Within(
            budget with { Delta = budget.Delta - survey.ThresholdDelta }, survey.Rho, options.SamplingRate, settings.Steps,
            options.ClippingNorm);
        NoiseSchedule schedule = TabDdpmTrainer.Schedule(options.DiffusionSteps);
        using TensorEngine engine = training.Engine.Create(options.Threads);
        TabDdpmDenoiser denoiser = new PrivateTabDdpmTrainer(states, schedule, settings, gradients, noise).Train(engine, training);
        var statement = new PrivacyStatement(
            budget, survey.Rho, survey.ThresholdDelta, survey.Ledger.Expenses, options.NoiseSeed is not null)
        {
            Gradients = gradients,
        };
        var sampler = new TabDdpmSampler(
            states.Encoder, denoiser, settings.Widths, schedule, states.Labels, WholeValues.Of(new Table(states.Encoder.Columns, 0)),
            states.Hidden);
        return new PrivateTabDdpmSampler(sampler, states.States, statement);
    }

    private static int BatchSize(GenerationTraining training)
    {
        int size = training.Deadline.Left is { } left
            ? (int)Math.Clamp(left.TotalSeconds * BatchPerSecond, SmallestBatch, UsualBatch)
            : UsualBatch;
        return training.Exchange?.OfFirst(size) ?? size;
    }
}
