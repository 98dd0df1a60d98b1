using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models;

/// <summary>Fills rows with <see cref="ConditionalDenoiser"/>s. The best guess is one pass of every network at full noise,
/// averaged. A draw, by the last network, starts numbers from noise and categories unknown; numbers follow
/// ancestral sampling, whose fresh noise makes up for what the network gets wrong, categories become known at random on the way.</summary>
internal sealed class ConditionalSampler : RowSampler
{
    private readonly TableEncoder _encoder;
    private readonly ConditionalDenoiser[] _denoisers;
    private readonly GaussianProcess _process;
    private readonly AbsorbingProcess _absorbing;
    private readonly ReverseStep[] _steps;
    private readonly ColumnGroups _groups;

    public ConditionalSampler(
        TableEncoder encoder, ConditionalDenoiser[] denoisers, NoiseSchedule schedule, int samplingSteps)
    {
        _encoder = encoder;
        _denoisers = denoisers;
        _process = new GaussianProcess(schedule);
        _absorbing = new AbsorbingProcess(schedule.Steps);
        _steps = ReverseProcess.Create(schedule, samplingSteps, eta: 1);
        _groups = encoder.CategoryGroups;
    }

    /// <inheritdoc/>
    public override void Expect(Span<float> cells, int rows, Workspace workspace, CancellationToken cancel = default)
    {
        int width = _encoder.Encoded.Count, slots = _encoder.SlotCount;
        Span<float> sums = workspace.Sums(rows * slots);
        sums.Clear();
        ReadOnlySpan<ConditionalDenoiser> guessing = _denoisers.AsSpan(0, _denoisers.Length - 1);
        foreach (ConditionalDenoiser denoiser in guessing)
        {
            cancel.ThrowIfCancellationRequested();
            ReadOnlySpan<float> prediction = Predict(denoiser, cells, states: [], level: 1, rows, workspace.Tape);
            for (int i = 0; i < sums.Length; i++)
                sums[i] += prediction[i];
        }
        for (int row = 0; row < rows; row++)
        {
            Span<float> known = cells.Slice(row * width, width);
            for (int i = 0; i < width; i++)
            {
                if (!float.IsNaN(known[i]))
                    continue;
                EncodedColumn column = _encoder.Encoded[i];
                ReadOnlySpan<float> guess = sums.Slice(row * slots + column.FirstSlot, column.SlotCount);
                known[i] = column.Scaler is null ? CategoryChoice.Largest(guess) : guess[0] / guessing.Length;
            }
        }
    }

    /// <inheritdoc/>
    public override void Draw(Span<float> cells, ReadOnlySpan<ulong> rowIds, ulong seed, int draw, Workspace workspace, CancellationToken cancel = default)
    {
        int rows = rowIds.Length, width = _encoder.Encoded.Count, slots = _encoder.SlotCount;
        ConditionalDenoiser denoiser = _denoisers[^1];
        Span<float> states = workspace.States(2 * cells.Length)[..cells.Length];
        Span<float> shrunk = workspace.States(2 * cells.Length)[cells.Length..];
        Span<float> random = workspace.Noise(3 * width);
        for (int row = 0; row < rows; row++)
            RowRandom(seed, rowIds[row], draw).Fork(0).FillNormal(states.Slice(row * width, width));
        for (int i = 0; i < states.Length; i++)
            states[i] *= (float)_process.Schedule.Noise(_process.Schedule.Steps);

        for (int s = 0; s < _steps.Length; s++)
        {
            cancel.ThrowIfCancellationRequested();
            ReverseStep step = _steps[s];
            for (int i = 0; i < cells.Length; i++)
                shrunk[i] = ConditionalBatch.Shrunk(_process, states[i], step.From);
            float level = (float)step.From / _process.Schedule.Steps;
            ReadOnlySpan<float> prediction = Predict(denoiser, cells, s == 0 ? [] : shrunk, level, rows, workspace.Tape);
            for (int row = 0; row < rows; row++)
            {
                Philox own = RowRandom(seed, rowIds[row], draw).Fork((ulong)(s + 1));
                own.FillUniform(random[..(2 * width)]);
                own.Fork(0).FillNormal(random[(2 * width)..]);
                Advance(step, prediction.Slice(row * slots, slots), random, cells.Slice(row * width, width), states.Slice(row * width, width));
            }
        }
    }

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer)
    {
        writer.Write((byte)_process.Schedule.Kind);
        writer.Write(_process.Schedule.Steps);
        writer.Write(_steps.Length);
        writer.Write(_denoisers.Length);
        foreach (ConditionalDenoiser denoiser in _denoisers)
        {
            writer.Write(denoiser.Width);
            writer.Write(denoiser.Blocks);
            denoiser.Input.Save(writer);
            denoiser.SaveState().Save(writer);
        }
    }

    public static ConditionalSampler Load(BinaryReader reader, TableEncoder encoder)
    {
        var kind = (NoiseScheduleKind)reader.ReadByte();
        NoiseSchedule schedule = NoiseSchedule.Create(kind, reader.ReadInt32());
        int samplingSteps = reader.ReadInt32();
        ConditionalDenoiser[] denoisers = new ConditionalDenoiser[reader.ReadInt32()];
        for (int i = 0; i < denoisers.Length; i++)
        {
            int width = reader.ReadInt32(), blocks = reader.ReadInt32();
            ConditionalInput input = ConditionalInput.Load(reader, encoder.Encoded);
            denoisers[i] = new ConditionalDenoiser(input, encoder.SlotCount, width, blocks, random: default);
            denoisers[i].LoadState(StateDictionary.Load(reader));
        }
        return new ConditionalSampler(encoder, denoisers, schedule, samplingSteps);
    }

    private static Philox RowRandom(ulong seed, ulong rowId, int draw) => new Philox(seed, rowId).Fork((ulong)draw);

    /// <summary>One network's numbers (as it is trained to predict them) and category probabilities, [rows, slots].</summary>
    private ReadOnlySpan<float> Predict(
        ConditionalDenoiser denoiser, ReadOnlySpan<float> cells, ReadOnlySpan<float> states, float level, int rows, Tape tape)
    {
        int width = _encoder.Encoded.Count;
        tape.Reset();
        Tensor input = tape.Input(new Shape(rows, denoiser.Input.Width));
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> state = states.IsEmpty ? [] : states.Slice(row * width, width);
            denoiser.Input.Write(cells.Slice(row * width, width), state, level, input.Data.Slice(row * input.Columns, input.Columns));
        }
        Tensor prediction = denoiser.Forward(tape, input);
        return _groups.Count == 0 ? prediction.Data : tape.SoftmaxGroups(prediction, _groups).Data;
    }

    /// <summary>Takes the unknown cells of one row from one noise level to the next.</summary>
    private void Advance(ReverseStep step, ReadOnlySpan<float> prediction, ReadOnlySpan<float> random, Span<float> known, Span<float> states)
    {
        int width = known.Length;
        for (int i = 0; i < width; i++)
        {
            if (!float.IsNaN(known[i]))
                continue;
            EncodedColumn column = _encoder.Encoded[i];
            ReadOnlySpan<float> guess = prediction.Slice(column.FirstSlot, column.SlotCount);
            if (column.Scaler is not null)
            {
                // At full noise the state says nothing, and the network, which is not shown it, predicts the number itself.
                double data = step.From == _process.Schedule.Steps ? guess[0] : _process.DataFromInnovation(states[i], guess[0], step.From);
                states[i] = (float)(step.State * states[i] + step.Data * data + step.Noise * random[2 * width + i]);
                if (step.To == 0)
                    known[i] = states[i];
            }
            else if (random[i] < _absorbing.Reveal(step.From, step.To))
            {
                known[i] = CategoryChoice.Draw(guess, random[width + i]);
            }
        }
    }
}
