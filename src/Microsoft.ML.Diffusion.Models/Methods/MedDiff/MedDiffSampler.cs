using System.Collections.Concurrent;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Solvers;
using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.MedDiff;

/// <summary>Makes rows with MedDiff's networks: a class drawn by its frequency among the training rows where none is given, then a
/// solver of
/// the reverse process led to that class.</summary>
/// <remarks>
/// The process starts at normal noise of the mean and size that each number of the training rows has at the last level, since a schedule
/// as short as the paper's (alphaBar_T = 0.36) leaves much of the data there. Given cells other than the class are kept on the path of
/// noise
/// that leads to them; the other cells follow them only roughly, as with TabDDPM.
/// </remarks>
internal sealed class MedDiffSampler : GenerationSampler
{
    // Rows that go through the network at a time: few enough for what lies between its layers to stay in the cache.
    private const int Batch = 64;

    // Rows that nobody asks for: seeds of generators are 32 bits or small.
    private const ulong CalibrationSeed = 0x63616C6962726174;

    private readonly TableEncoder _encoder;
    private readonly WholeValues _whole;
    private readonly LabelClasses _labels;
    private readonly RecordSlots _slots;
    private readonly UNet1dDenoiser _denoiser;
    private readonly NoisyClassifier? _classifier;
    private readonly NoiseSchedule _schedule;
    private readonly MedDiffSampling _sampling;
    private readonly float[] _means;
    private readonly float[] _variances;
    private readonly float[] _cuts;
    private readonly ConcurrentBag<Tools> _idle = [];

    public MedDiffSampler(
        TableEncoder encoder,
        WholeValues whole,
        LabelClasses labels,
        UNet1dDenoiser denoiser,
        NoisyClassifier? classifier,
        MedDiffSampling sampling,
        float[] means,
        float[] variances)
    {
        (_encoder, _whole, _labels, _denoiser, _classifier, _sampling) = (encoder, whole, labels, denoiser, classifier, sampling);
        (_means, _variances) = (means, variances);
        _slots = new RecordSlots(encoder, whole);
        _schedule = sampling.Schedule();
        _cuts = new float[encoder.Encoded.Count];
    }

    /// <summary>Finds, for every column of two values, above which number as many rows have the second as among the training rows. Squared
    /// error draws what is rare towards the mean, and rounded to the nearer value it would come out too rarely.</summary>
    /// <param name="deadline">When that has to be done: fewer rows are made in less time.</param>
    /// <param name="cancel">Stops it.</param>
    public MedDiffSampler Calibrate(TrainingDeadline deadline, CancellationToken cancel)
    {
        int rows = _sampling.CalibrationRows, slots = _denoiser.Slots, tasks = (rows + Batch - 1) / Batch;
        _cuts.AsSpan().Clear();
        float[] states = new float[checked(rows * slots)];
        bool[] isDone = new bool[tasks];
        ParallelLoop.Run(tasks, task =>
        {
            if (deadline.IsOver)
                return;
            int start = task * Batch, count = Math.Min(Batch, rows - start);
            var table = new Table(_encoder.Columns, count);
            Tools tools = Take();
            tools.Network.Deadline = deadline;
            Begin(tools.Network, table, 0, count, states.AsSpan(start * slots, count * slots), CalibrationSeed, (ulong)start);
            try
            {
                tools.Sampler.Sample(tools.Network, states.AsSpan(start * slots, count * slots), CalibrationSeed, (ulong)start, cancel);
                isDone[task] = true;
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                // Out of time: the rows of the other tasks must do.
            }
            tools.Network.Deadline = TrainingDeadline.None;
            _idle.Add(tools);
        }, cancel: cancel);
        int made = 0;
        for (int task = 0; task < tasks; task++)
        {
            int count = Math.Min(Batch, rows - task * Batch);
            if (!isDone[task])
                continue;
            states.AsSpan(task * Batch * slots, count * slots).CopyTo(states.AsSpan(made * slots));
            made += count;
        }
        rows = made;
        float[] scores = new float[rows];
        for (int i = 0; i < _cuts.Length && rows > 0; i++)
        {
            if (!_slots.HasTwoValues(i))
                continue;
            for (int row = 0; row < rows; row++)
                scores[row] = _slots.Score(states.AsSpan(row * slots, slots), i);
            Array.Sort(scores);
            // The mean of -1 and 1.
            int slot = _encoder.Encoded[i].FirstSlot + _encoder.Encoded[i].SlotCount - 1;
            int lower = rows - (int)Math.Round((1 + _means[slot]) / 2.0 * rows);
            _cuts[i] = (scores[Math.Max(0, lower - 1)] + scores[Math.Min(rows - 1, lower)]) / 2;
        }
        return this;
    }

    /// <summary>The same networks with another solver.</summary>
    public MedDiffSampler With(DiffusionSolver solver, int steps, int memory, double limit)
    {
        RefuseSolver(solver, _schedule.Kind, steps);
        MedDiffSampling sampling = _sampling with { Solver = solver, Steps = steps, Memory = memory, Limit = limit };
        return new MedDiffSampler(_encoder, _whole, _labels, _denoiser, _classifier, sampling, _means, _variances)
            .Calibrate(TrainingDeadline.None, CancellationToken.None);
    }

    private void RefuseSolver(DiffusionSolver solver, NoiseScheduleKind schedule, int steps)
    {
        if ((solver == DiffusionSolver.Langevin) != (schedule == NoiseScheduleKind.VarianceExploding))
            throw new InvalidOperationException($"The model was trained with a schedule that is {schedule}, which {solver} cannot go back.");
        if (solver != DiffusionSolver.Langevin)
            ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, _sampling.Levels);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => _encoder.Columns;

    /// <inheritdoc/>
    public override void RequireSatisfiable(GenerationConditions conditions)
    {
        if (_labels.Column is int label && conditions.Fixed.TryGetValue(label, out double value) && _labels.Of(value) < 0)
        {
            string name = _encoder.Columns[label].Categories[(int)value];
            throw new ArgumentException($"No training row has the label '{name}', so MedDiff cannot make one.", nameof(conditions));
        }
    }

    /// <inheritdoc/>
    public override void Complete(
        Table table, int start, int count, GenerationConditions conditions, ulong seed, ulong firstId, Workspace workspace, CancellationToken cancel)
    {
        Tools tools = Take();
        for (int done = 0; done < count; done += Batch)
            Complete(tools, table, start + done, Math.Min(Batch, count - done), seed, firstId + (ulong)done, workspace, cancel);
        _idle.Add(tools);
    }

    private void Complete(Tools tools, Table table, int start, int count, ulong seed, ulong firstId, Workspace workspace, CancellationToken cancel)
    {
        int width = _encoder.Encoded.Count, slots = _denoiser.Slots;
        Span<float> cells = workspace.Cells(width), states = workspace.States(count * slots);
        Begin(tools.Network, table, start, count, states, seed, firstId);
        tools.Sampler.Sample(tools.Network, states, seed, firstId, cancel);
        for (int row = 0; row < count; row++)
        {
            _slots.Read(states.Slice(row * slots, slots), _cuts, cells);
            Span<double> cellsOfRow = table.Row(start + row);
            for (int i = 0; i < width; i++)
            {
                EncodedColumn column = _encoder.Encoded[i];
                if (double.IsNaN(cellsOfRow[column.Source]) && column.Scaler is { } scaler)
                    cellsOfRow[column.Source] = _whole.Nearest(column.Source, scaler.Unscale(cells[i]));
            }
            _encoder.Complete(cellsOfRow, cells, cellsOfRow);
        }
    }

    /// <summary>Draws the classes of rows that have none, tells the network what is known of each, and starts them from noise.</summary>
    private void Begin(MedDiffNetwork network, Table table, int start, int count, Span<float> states, ulong seed, ulong firstId)
    {
        int slots = _denoiser.Slots;
        float[] cells = new float[_encoder.Encoded.Count];
        network.Begin(count);
        double signal = _schedule.Signal(_schedule.Steps), noise = _schedule.Noise(_schedule.Steps);
        for (int row = 0; row < count; row++)
        {
            Philox own = new(seed, firstId + (ulong)row);
            network.Classes[row] = _labels.Take(table.Row(start + row), own.Uniform(0));
            _encoder.Encode(table.Row(start + row), cells);
            _slots.Write(cells, network.Known.Slice(row * slots, slots));
            Span<float> state = states.Slice(row * slots, slots);
            own.Fork(0).FillNormal(state);
            for (int i = 0; i < slots; i++)
                state[i] = (float)(signal * _means[i] + Math.Sqrt(noise * noise + signal * signal * _variances[i]) * state[i]);
        }
    }

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer)
    {
        _encoder.Save(writer);
        _whole.Save(writer);
        _labels.Save(writer);
        _sampling.Save(writer);
        writer.WriteArray(_means);
        writer.WriteArray(_variances);
        writer.WriteArray(_cuts);
        writer.Write(_denoiser.Channels);
        _denoiser.SaveState().Save(writer);
        _classifier?.SaveState().Save(writer);
    }

    public static MedDiffSampler Load(BinaryReader reader)
    {
        TableEncoder encoder = TableEncoder.Load(reader);
        CheckedReading.Require(encoder.Encoded.Count > 0, "no column was learned");
        WholeValues whole = WholeValues.Load(reader, encoder.Columns);
        LabelClasses labels = LabelClasses.Load(reader, encoder.Columns);
        MedDiffSampling sampling = MedDiffSampling.Load(reader);
        float[] means = reader.ReadFiniteSingles("means", encoder.SlotCount);
        float[] variances = reader.ReadFiniteSingles("variances", encoder.SlotCount);
        float[] cuts = reader.ReadFiniteSingles("cuts", encoder.Encoded.Count);
        CheckedReading.Require(Array.TrueForAll(variances, variance => variance >= 0), "a variance is negative");
        bool isTold = labels.Count > 0 && sampling.Guidance == LabelGuidance.ClassifierFree;
        int channels = reader.ReadBetween(1, MedDiffOptions.LargestWidth, "the number of channels");
        UNet1dDenoiser denoiser = Module.FromState(
            StateDictionary.Load(reader), () => new UNet1dDenoiser(encoder.SlotCount, isTold ? labels.Count + 1 : 0, channels, default));
        NoisyClassifier? classifier = null;
        if (labels.Count > 0 && !isTold)
        {
            classifier = Module.FromState(
                StateDictionary.Load(reader),
                () => new NoisyClassifier(encoder.SlotCount, labels.Count, MedDiffSettings.ClassifierWidth, default));
        }
        var sampler = new MedDiffSampler(encoder, whole, labels, denoiser, classifier, sampling, means, variances);
        cuts.CopyTo(sampler._cuts, 0);
        return sampler;
    }

    private Tools Take() => _idle.TryTake(out Tools? tools) ? tools : new Tools(NewNetwork(), _sampling.NewSampler(_schedule));

    private MedDiffNetwork NewNetwork()
    {
        NoisyClassifier? classifier = null;
        if (_classifier is not null)
        {
            classifier = new NoisyClassifier(_denoiser.Slots, _labels.Count, MedDiffSettings.ClassifierWidth, default);
            classifier.LoadState(_classifier.SaveState());
        }
        return new MedDiffNetwork(MedDiffSampling.Engine, _denoiser, classifier, _schedule, _sampling, _classifier is null ? _labels.Count : 0);
    }

    /// <summary>What one thread needs.</summary>
    private sealed record Tools(MedDiffNetwork Network, Solver Sampler);
}
