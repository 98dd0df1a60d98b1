using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models;

public sealed partial class TabularGenerator
{
    /// <summary>The same networks with another way from noise to rows; for comparing errors at equal calls of the network.</summary>
    /// <param name="solver">The solver.</param>
    /// <param name="steps">Its steps, 1 to the number of noise levels.</param>
    /// <param name="memory">Anderson acceleration's k, 0 or more.</param>
    /// <exception cref="InvalidOperationException">The generator is not of <see cref="GenerationMethod.MedDiff"/>.</exception>
    public TabularGenerator WithSolver(DiffusionSolver solver, int steps, int memory = 3)
    {
        if (_rows is not MedDiffSampler sampler)
            throw new InvalidOperationException("Only MedDiff has a choice of solvers.");
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(memory);
        return new TabularGenerator(Columns, Method, sampler.With(solver, steps, memory));
    }

    private static MedDiffSampler TrainMedDiff(Table table, Options options, ProgressMeter meter, CancellationToken cancel)
    {
        (TableEncoder encoder, LabelClasses labels, float[] cells, int[] classes) = EncodeComplete("MedDiff", table, options, meter, cancel);
        WholeValues whole = WholeValues.Of(table);
        int rows = table.RowCount, width = encoder.Encoded.Count, slots = encoder.SlotCount;
        float[] data = new float[checked(rows * slots)];
        var layout = new RecordSlots(encoder, whole);
        for (int row = 0; row < rows; row++)
            layout.Write(cells.AsSpan(row * width, width), data.AsSpan(row * slots, slots));
        LabelGuidance guidance = options.Guidance ?? LabelGuidance.Classifier;
        MedDiffSettings settings = new()
        {
            Channels = options.Width ?? 64,
            Steps = options.Steps ?? (int)Math.Clamp(30L * rows / (options.BatchSize ?? 128), 3000, 10_000),
            BatchSize = options.BatchSize ?? 128,
            LearningRate = options.LearningRate ?? 1e-3,
            Guidance = guidance,
        };
        int levels = options.DiffusionSteps ?? 200;
        MedDiffPlan plan = new()
        {
            Levels = levels,
            LastBeta = options.LastBeta ?? 0,
            Solver = options.Solver ?? DiffusionSolver.DpmSolver,
            Steps = Math.Min(options.SamplingSteps ?? 50, levels),
            Memory = options.AndersonMemory ?? 3,
            Guidance = guidance,
            Weight = options.GuidanceWeight ?? (guidance == LabelGuidance.Classifier ? 1 : 0),
        };
        meter.Planned = settings.Steps;
        using var engine = new ManagedEngine(options.Threads);
        var trainer = new MedDiffTrainer(slots, labels.Count, plan.Schedule(), settings, new Philox(options.Seed));
        trainer.Train(data, classes, engine, meter, cancel);
        (float[] means, float[] variances) = Moments(data, slots);
        return new MedDiffSampler(encoder, whole, labels, trainer.Denoiser, trainer.Classifier, plan, means, variances);
    }

    private static (float[] Means, float[] Variances) Moments(float[] data, int width)
    {
        double[] sums = new double[width], squares = new double[width];
        int rows = data.Length / width;
        for (int i = 0; i < data.Length; i++)
        {
            sums[i % width] += data[i];
            squares[i % width] += (double)data[i] * data[i];
        }
        float[] means = new float[width], variances = new float[width];
        for (int i = 0; i < width; i++)
        {
            double mean = sums[i] / rows;
            (means[i], variances[i]) = ((float)mean, (float)Math.Max(0, squares[i] / rows - mean * mean));
        }
        return (means, variances);
    }
}
