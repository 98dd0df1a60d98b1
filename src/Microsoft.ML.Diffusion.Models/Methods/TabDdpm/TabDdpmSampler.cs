using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.PrivateColumns;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.TabDdpm;

/// <summary>Makes rows with a <see cref="TabDdpmDenoiser"/>: a class drawn by its frequency among the training rows, then T ancestral
/// steps,
/// numbers with the larger of the two usual variances, beta_t (Ho et al. 2020, section 3.2), as the published code does.</summary>
/// <remarks>Given cells other than the class are replaced by their noised values at every step, as MissDiff's algorithm 2 does: the other
/// cells follow them only roughly.</remarks>
internal sealed class TabDdpmSampler : GenerationSampler
{
    private readonly TableEncoder _encoder;
    private readonly TabDdpmDenoiser _denoiser;
    private readonly GaussianProcess _gaussian;
    private readonly MultinomialProcess _multinomial;
    private readonly LabelClasses _labels;
    private readonly int[] _widths;
    private readonly WholeValues _whole;

    // Of a training under a privacy budget: the slots that are never made. Then the last step asks the network and the state together.
    private readonly bool[]? _hidden;

    public TabDdpmSampler(
        TableEncoder encoder, TabDdpmDenoiser denoiser, int[] widths, NoiseSchedule schedule, LabelClasses labels, WholeValues whole,
        bool[]? hidden = null)
    {
        _hidden = hidden;
        _encoder = encoder;
        _denoiser = denoiser;
        _widths = widths;
        _gaussian = new GaussianProcess(schedule);
        _multinomial = new MultinomialProcess(schedule);
        _labels = labels;
        _whole = whole;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => _encoder.Columns;

    /// <inheritdoc/>
    public override void RequireSatisfiable(GenerationConditions conditions)
    {
        if (_labels.Column is int label && conditions.Fixed.TryGetValue(label, out double value) && _labels.Of(value) < 0)
            throw new ArgumentException($"No training row has the label '{_encoder.Columns[label].Categories[(int)value]}', so TabDDPM cannot make one.", nameof(conditions));
    }

    /// <inheritdoc/>
    public override void Complete(
        Table table, int start, int count, GenerationConditions conditions, ulong seed, ulong firstId, Workspace workspace, CancellationToken cancel)
    {
        int width = _encoder.Encoded.Count, slots = _encoder.SlotCount, levels = _gaussian.Schedule.Steps;
        Span<float> known = workspace.Cells(count * width), states = workspace.States(count * slots);
        Span<int> classes = workspace.Tokens(count);
        for (int row = 0; row < count; row++)
        {
            Philox own = new(seed, firstId + (ulong)row);
            Span<double> cells = table.Row(start + row);
            classes[row] = _labels.Take(cells, own.Uniform(0));
            _encoder.Encode(cells, known.Slice(row * width, width));
            Step(levels + 1, known.Slice(row * width, width), [], states.Slice(row * slots, slots), own, workspace);
        }
        Span<float> level = workspace.Levels(count);
        for (int t = levels; t >= 1; t--)
        {
            cancel.ThrowIfCancellationRequested();
            level.Fill(t);
            Tape tape = workspace.Tape;
            tape.Reset();
            Tensor input = tape.Input(new Shape(count, slots));
            states.CopyTo(input.Data);
            ReadOnlySpan<float> prediction = _denoiser.Forward(tape, input, level, classes[..(_labels.Count > 0 ? count : 0)]).Data;
            for (int row = 0; row < count; row++)
            {
                Step(
                    t,
                    known.Slice(row * width, width),
                    prediction.Slice(row * slots, slots),
                    states.Slice(row * slots, slots),
                    new Philox(seed, firstId + (ulong)row),
                    workspace);
            }
        }
        for (int row = 0; row < count; row++)
        {
            MadeCells.Read(
                _encoder, _whole, states.Slice(row * slots, slots), known.Slice(row * width, width), table.Row(start + row));
        }
    }

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer)
    {
        _encoder.Save(writer);
        _labels.Save(writer);
        _whole.Save(writer);
        writer.Write(_gaussian.Schedule.Steps);
        writer.Write(_widths.Length);
        foreach (int width in _widths)
            writer.Write(width);
        _denoiser.SaveState().Save(writer);
    }

    public static TabDdpmSampler Load(BinaryReader reader)
    {
        TableEncoder encoder = TableEncoder.Load(reader);
        CheckedReading.Require(encoder.Encoded.Count > 0, "no column was learned");
        LabelClasses labels = LabelClasses.Load(reader, encoder.Columns);
        WholeValues whole = WholeValues.Load(reader, encoder.Columns);
        NoiseSchedule schedule = TabDdpmTrainer.Schedule(reader.ReadBetween(2, NoiseSchedule.MostSteps, "the number of noise levels"));
        int[] widths = reader.ReadItems(
            sizeof(int), "layers", static reader => reader.ReadBetween(1, TabDdpmOptions.LargestWidth, "the width of a layer"));
        TabDdpmDenoiser denoiser = Module.FromState(
            StateDictionary.Load(reader),
            () => new TabDdpmDenoiser(encoder.SlotCount, labels.Count, widths, dropout: 0, random: default));
        return new TabDdpmSampler(encoder, denoiser, widths, schedule, labels, whole);
    }

    /// <summary>The same where cells are states of columns, of which some are never made.</summary>
    public TabDdpmSampler Hiding(ColumnStates[] states) => new(
        _encoder, _denoiser, _widths, _gaussian.Schedule, _labels, _whole, PrivateRows.HiddenIn(_encoder, states));

    /// <summary>Takes one row from level t to t - 1; from beyond the last level, for which there is no prediction, to pure noise.</summary>
    private void Step(int t, ReadOnlySpan<float> known, ReadOnlySpan<float> prediction, Span<float> states, Philox random, Workspace workspace)
    {
        int width = known.Length;
        Philox own = random.Fork((ulong)t);
        Span<float> buffer = workspace.Noise(2 * width + TableEncoder.MostCategories);
        Span<float> normals = buffer[..width], uniforms = buffer.Slice(width, width), logs = buffer[(2 * width)..];
        own.FillNormal(normals);
        own.Fork(0).FillUniform(uniforms);
        for (int i = 0; i < width; i++)
        {
            EncodedColumn column = _encoder.Encoded[i];
            Span<float> state = states.Slice(column.FirstSlot, column.SlotCount);
            ReadOnlySpan<float> predicted = prediction.IsEmpty ? [] : prediction.Slice(column.FirstSlot, column.SlotCount);
            if (column.Scaler is not null)
                state[0] = NextNumber(t, known[i], predicted, state[0], normals[i]);
            else
                NextCategory(t, known[i], predicted, state, uniforms[i], logs[..column.Categories], column.FirstSlot);
        }
    }

    private float NextNumber(int t, float known, ReadOnlySpan<float> predicted, float state, float normal)
    {
        if (!float.IsNaN(known))
            return (float)_gaussian.Diffuse(known, normal, t - 1);
        if (predicted.IsEmpty)
            return normal;
        NoiseSchedule schedule = _gaussian.Schedule;
        double data = _gaussian.DataFromEpsilon(state, predicted[0], t);
        double before = schedule.AlphaBar(t - 1), after = schedule.AlphaBar(t), beta = schedule.Beta(t);
        double mean = Math.Sqrt(before) * beta / (1 - after) * data + Math.Sqrt(1 - beta) * (1 - before) / (1 - after) * state;
        return (float)(mean + (t == 1 ? 0 : Math.Sqrt(beta) * normal));
    }

    private void NextCategory(
        int t, float known, ReadOnlySpan<float> predicted, Span<float> state, float uniform, Span<float> logs, int firstSlot)
    {
        if (!float.IsNaN(known))
        {
            _multinomial.Diffuse((int)known, logs.Length, t - 1, logs);
        }
        else if (predicted.IsEmpty)
        {
            logs.Fill(1f / logs.Length);
        }
        else
        {
            predicted.CopyTo(logs);
            if (_hidden is not null)
                Hide(logs, firstSlot);
            MultinomialProcess.Normalise(logs);
            _multinomial.Posterior(CategoryChoice.Largest(state), logs, t, logs);
            if (_hidden is not null && t == 1)
                Weigh(logs, CategoryChoice.Largest(state));
            foreach (ref float log in logs)
                log = MathF.Exp(log);
        }
        int next = CategoryChoice.Draw(logs, uniform);
        state.Clear();
        state[next] = 1;
    }

    private void Hide(Span<float> logs, int firstSlot)
    {
        float least = -1e4f;
        for (int k = 0; k < logs.Length; k++)
            logs[k] = _hidden![firstSlot + k] ? least : logs[k];
    }

    // Times the probability of x_1, of which the network was asked to know nothing but the other columns.
    private void Weigh(Span<float> logs, int state)
    {
        double kept = _multinomial.Schedule.AlphaBar(1), spread = (1 - kept) / logs.Length;
        logs[state] += (float)Math.Log((kept + spread) / spread);
        MultinomialProcess.Normalise(logs);
    }
}
