using System.Collections.Concurrent;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models;

/// <summary>Makes rows with MedDiff's networks: a class drawn by its frequency among the training rows where none is given, then a solver of
/// the reverse process led to that class.</summary>
/// <remarks>
/// The process starts at normal noise of the mean and size that each number of the training rows has at the last level, since a schedule
/// as short as the paper's (alphaBar_T = 0.36) leaves much of the data there. Given cells other than the class are kept on the path of noise
/// that leads to them; the other cells follow them only roughly, as with TabDDPM.
/// </remarks>
internal sealed class MedDiffSampler : RowGenerator
{
    private readonly TableEncoder _encoder;
    private readonly WholeValues _whole;
    private readonly LabelClasses _labels;
    private readonly RecordSlots _slots;
    private readonly UNet1dDenoiser _denoiser;
    private readonly NoisyClassifier? _classifier;
    private readonly NoiseSchedule _schedule;
    private readonly MedDiffPlan _plan;
    private readonly float[] _means;
    private readonly float[] _variances;
    private readonly ConcurrentBag<(MedDiffNetwork Network, NumberSampler Sampler)> _idle = [];

    public MedDiffSampler(
        TableEncoder encoder,
        WholeValues whole,
        LabelClasses labels,
        UNet1dDenoiser denoiser,
        NoisyClassifier? classifier,
        MedDiffPlan plan,
        float[] means,
        float[] variances)
    {
        (_encoder, _whole, _labels, _denoiser, _classifier, _plan) = (encoder, whole, labels, denoiser, classifier, plan);
        (_means, _variances) = (means, variances);
        _slots = new RecordSlots(encoder, whole);
        _schedule = plan.Schedule();
    }

    /// <summary>The same networks with another solver.</summary>
    public MedDiffSampler With(DiffusionSolver solver, int steps, int memory)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, _plan.Levels);
        MedDiffPlan plan = _plan with { Solver = solver, Steps = steps, Memory = memory };
        return new MedDiffSampler(_encoder, _whole, _labels, _denoiser, _classifier, plan, _means, _variances);
    }

    /// <inheritdoc/>
    public override void RequireSatisfiable(GenerationConditions conditions)
    {
        if (conditions.Ranges.Count > 0 || conditions.MissingColumns.Count > 0 || conditions.KeepMissing)
            throw new ArgumentException("MedDiff knows fixed values only, no ranges and no missing cells.", nameof(conditions));
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
        if (!_idle.TryTake(out (MedDiffNetwork Network, NumberSampler Sampler) tools))
            tools = (NewNetwork(), _plan.NewSampler(_schedule));
        MedDiffNetwork network = tools.Network;
        int width = _encoder.Encoded.Count, slots = network.Width;
        network.Begin(count);
        Span<float> cells = workspace.Cells(width), states = workspace.States(count * slots);
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
        tools.Sampler.Sample(network, states, seed, firstId, cancel);
        for (int row = 0; row < count; row++)
        {
            _slots.Read(states.Slice(row * slots, slots), cells);
            Span<double> cellsOfRow = table.Row(start + row);
            for (int i = 0; i < width; i++)
            {
                EncodedColumn column = _encoder.Encoded[i];
                if (double.IsNaN(cellsOfRow[column.Source]) && column.Scaler is { } scaler)
                    cellsOfRow[column.Source] = _whole.Nearest(column.Source, scaler.Unscale(cells[i]));
            }
            _encoder.Complete(cellsOfRow, cells, cellsOfRow);
        }
        _idle.Add(tools);
    }

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer)
    {
        _encoder.Save(writer);
        _whole.Save(writer);
        _labels.Save(writer);
        _plan.Save(writer);
        writer.WriteArray(_means);
        writer.WriteArray(_variances);
        writer.Write(_denoiser.Channels);
        _denoiser.SaveState().Save(writer);
        _classifier?.SaveState().Save(writer);
    }

    public static MedDiffSampler Load(BinaryReader reader)
    {
        TableEncoder encoder = TableEncoder.Load(reader);
        WholeValues whole = WholeValues.Load(reader);
        LabelClasses labels = LabelClasses.Load(reader);
        MedDiffPlan plan = MedDiffPlan.Load(reader);
        float[] means = reader.ReadArray<float>(), variances = reader.ReadArray<float>();
        bool isTold = labels.Count > 0 && plan.Guidance == LabelGuidance.ClassifierFree;
        var denoiser = new UNet1dDenoiser(encoder.SlotCount, isTold ? labels.Count + 1 : 0, reader.ReadInt32(), default);
        denoiser.LoadState(StateDictionary.Load(reader));
        NoisyClassifier? classifier = null;
        if (labels.Count > 0 && !isTold)
        {
            classifier = new NoisyClassifier(encoder.SlotCount, labels.Count, MedDiffSettings.ClassifierWidth, default);
            classifier.LoadState(StateDictionary.Load(reader));
        }
        return new MedDiffSampler(encoder, whole, labels, denoiser, classifier, plan, means, variances);
    }

    private MedDiffNetwork NewNetwork()
    {
        NoisyClassifier? classifier = null;
        if (_classifier is not null)
        {
            classifier = new NoisyClassifier(_denoiser.Slots, _labels.Count, MedDiffSettings.ClassifierWidth, default);
            classifier.LoadState(_classifier.SaveState());
        }
        return new MedDiffNetwork(MedDiffPlan.Engine, _denoiser, classifier, _schedule, _plan.Weight, _classifier is null ? _labels.Count : 0);
    }
}
