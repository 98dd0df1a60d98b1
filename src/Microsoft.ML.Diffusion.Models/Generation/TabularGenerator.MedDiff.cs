using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Solvers;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Generation;

public sealed partial class TabularGenerator
{
    /// <summary>The same networks with another way from noise to rows; for comparing errors at equal calls of the network.</summary>
    /// <param name="solver">The solver.</param>
    /// <param name="steps">Its steps, 1 to the number of noise levels.</param>
    /// <param name="memory">Anderson acceleration's k, 0 or more.</param>
    /// <param name="limit">How far Anderson acceleration may move the end of a step, in lengths of the step; 0 or more.</param>
    /// <exception cref="InvalidOperationException">The generator is not of <see cref="GenerationMethod.MedDiff"/>, or its noise schedule does
    /// not go with the solver.</exception>
    public TabularGenerator WithSolver(DiffusionSolver solver, int steps, int memory = 3, double limit = double.PositiveInfinity)
    {
        if (_rows is not MedDiffSampler sampler)
            throw new InvalidOperationException("Only MedDiff has a choice of solvers.");
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(memory);
        if (!(limit >= 0))
            throw new ArgumentOutOfRangeException(nameof(limit), limit, "The limit must be 0 or more.");
        return new TabularGenerator(Columns, Method, sampler.With(solver, steps, memory, limit), _onEngine);
    }

    private static MedDiffSampler TrainMedDiff(ITableRows table, Options options, EngineChoice choice, ProgressMeter meter, CancellationToken cancel)
    {
        RecordSlots? layout = null;
        RecordRows? data = null;
        float[] own = [];
        (TableEncoder encoder, LabelClasses labels, int[] classes) = EncodeComplete("MedDiff", table, options, meter,
            encoder =>
            {
                layout = new RecordSlots(encoder, WholeValues.Of(table));
                data = new RecordRows(layout.AreSigns(), table.RowCount);
                own = new float[data.Width];
            },
            (row, cells) =>
            {
                layout!.Write(cells, own);
                data!.Write(row, own);
            },
            cancel);
        int rows = table.RowCount, slots = encoder.SlotCount;
        LabelGuidance guidance = options.Guidance ?? LabelGuidance.Classifier;
        NoiseScheduleKind kind = options.Schedule ?? NoiseScheduleKind.Linear;
        bool predictsNoise = options.PredictNoise ?? (kind == NoiseScheduleKind.VarianceExploding);
        MedDiffSettings settings = new()
        {
            Channels = options.Width ?? 64,
            Steps = options.Steps ?? (int)Math.Clamp(30L * rows / (options.BatchSize ?? 128), 3000, 10_000),
            BatchSize = options.BatchSize ?? 128,
            LearningRate = options.LearningRate ?? 1e-3,
            PredictsNoise = predictsNoise,
            Guidance = guidance,
        };
        bool isLangevin = kind == NoiseScheduleKind.VarianceExploding;
        int levels = options.DiffusionSteps ?? (isLangevin ? 10 : 200);
        MedDiffPlan plan = new()
        {
            Levels = levels,
            LastBeta = options.LastBeta ?? 0,
            Kind = kind,
            PredictsNoise = predictsNoise,
            Solver = options.Solver ?? (isLangevin ? DiffusionSolver.Langevin : DiffusionSolver.DpmSolver),
            Steps = isLangevin ? options.SamplingSteps ?? 100 : Math.Min(options.SamplingSteps ?? 50, levels),
            Memory = options.AndersonMemory ?? 3,
            Limit = options.AndersonLimit ?? double.PositiveInfinity,
            Guidance = guidance,
            CalibrationRows = options.CalibrationRows ?? 4096,
            Weight = options.GuidanceWeight ?? (guidance == LabelGuidance.Classifier ? 1 : 0),
        };
        meter.Planned = settings.Steps;
        using TensorEngine engine = choice.Create(options.Threads);
        var trainer = new MedDiffTrainer(slots, labels.Count, plan.Schedule(), settings, new Philox(options.Seed));
        trainer.Train(data!, classes, engine, meter, cancel);
        (float[] means, float[] variances) = data!.Moments();
        var sampler = new MedDiffSampler(encoder, WholeValues.Of(table), labels, trainer.Denoiser, trainer.Classifier, plan, means, variances);
        return sampler.Calibrate(cancel);
    }
}
