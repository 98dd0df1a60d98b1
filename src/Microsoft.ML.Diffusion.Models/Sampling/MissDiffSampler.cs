using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models;

/// <summary>Fills rows with a <see cref="MissDiffDenoiser"/> (Ouyang et al. 2023, algorithm 2): the reverse process runs on the
/// whole row, and at every level the observed entries are replaced by their noised values.</summary>
/// <remarks>
/// Line 6 of the algorithm prints the noise's factor as (1 - alphaBar); the forward process it stands for has
/// sqrt(1 - alphaBar), which is what is used here. The best guess is the mean, or the most frequent category, of a few
/// draws whose noise is a function of the model's seed, the draw, the step and the slot, the same for every row.
/// </remarks>
internal sealed class MissDiffSampler : RowSampler
{
    private readonly TableEncoder _encoder;
    private readonly MissDiffDenoiser _denoiser;
    private readonly MissDiffSlots _slots;
    private readonly GaussianProcess _process;
    private readonly ReverseStep[] _steps;
    private readonly ulong _seed;
    private readonly int _draws;
    private readonly Lazy<float[]> _sharedNoise;

    public MissDiffSampler(
        TableEncoder encoder, MissDiffDenoiser denoiser, NoiseSchedule schedule, int samplingSteps, int draws, ulong seed)
    {
        _encoder = encoder;
        _denoiser = denoiser;
        _slots = new MissDiffSlots(encoder.Encoded);
        _process = new GaussianProcess(schedule);
        _steps = ReverseProcess.Create(schedule, samplingSteps, eta: 1);
        _seed = seed;
        _draws = draws;
        _sharedNoise = new Lazy<float[]>(() =>
        {
            float[] noise = new float[draws * NoisePerRow];
            for (int draw = 0; draw < draws; draw++)
                new Philox(seed).Fork((ulong)draw).FillNormal(noise.AsSpan(draw * NoisePerRow, NoisePerRow));
            return noise;
        });
    }

    // For each row: the state it starts from, then for each step the noise of observed entries and the noise that is added.
    private int NoisePerRow => (1 + 2 * _steps.Length) * _slots.Count;

    /// <inheritdoc/>
    public override void Expect(Span<float> cells, int rows, Workspace workspace, CancellationToken cancel = default)
    {
        int perRow = _slots.Count;
        Span<float> sums = workspace.Sums(rows * perRow);
        sums.Clear();
        for (int draw = 0; draw < _draws; draw++)
        {
            ReadOnlySpan<float> shared = _sharedNoise.Value.AsSpan(draw * NoisePerRow, NoisePerRow);
            ReadOnlySpan<float> drawn = Run(cells, rows, shared, rowIds: [], new Philox(_seed), draw, workspace, cancel);
            for (int row = 0; row < rows; row++)
                AddVotes(drawn.Slice(row * perRow, perRow), sums.Slice(row * perRow, perRow));
        }
        Decide(cells, sums, _draws);
    }

    /// <inheritdoc/>
    public override void Draw(Span<float> cells, ReadOnlySpan<ulong> rowIds, ulong seed, int draw, Workspace workspace, CancellationToken cancel = default) =>
        Decide(cells, Run(cells, rowIds.Length, shared: [], rowIds, new Philox(seed), draw, workspace, cancel), 1);

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer)
    {
        writer.Write((byte)_process.Schedule.Kind);
        writer.Write(_process.Schedule.Steps);
        writer.Write(_steps.Length);
        writer.Write(_draws);
        writer.Write(_seed);
        writer.Write(_denoiser.Width);
        writer.Write(_denoiser.Blocks);
        _denoiser.SaveState().Save(writer);
    }

    public static MissDiffSampler Load(BinaryReader reader, TableEncoder encoder)
    {
        var kind = (NoiseScheduleKind)reader.ReadByte();
        NoiseSchedule schedule = NoiseSchedule.Create(kind, reader.ReadInt32());
        int samplingSteps = reader.ReadInt32(), draws = reader.ReadInt32();
        ulong seed = reader.ReadUInt64();
        int width = reader.ReadInt32(), blocks = reader.ReadInt32();
        var denoiser = new MissDiffDenoiser(new MissDiffSlots(encoder.Encoded).Count, width, blocks, random: default);
        denoiser.LoadState(StateDictionary.Load(reader));
        return new MissDiffSampler(encoder, denoiser, schedule, samplingSteps, draws, seed);
    }

    /// <summary>The reverse process of all rows; the noise is either shared by them or each row's own.</summary>
    private ReadOnlySpan<float> Run(
        ReadOnlySpan<float> cells, int rows, ReadOnlySpan<float> shared, ReadOnlySpan<ulong> rowIds, Philox seed, int draw, Workspace workspace, CancellationToken cancel)
    {
        int width = _encoder.Encoded.Count, slots = _slots.Count, all = rows * slots;
        Span<float> buffers = workspace.States(3 * all);
        Span<float> states = buffers[..all], values = buffers.Slice(all, all), observed = buffers[(2 * all)..];
        Span<float> own = shared.IsEmpty ? workspace.Noise(2 * slots) : [];
        Tape tape = workspace.Tape;
        for (int row = 0; row < rows; row++)
        {
            _slots.Write(cells.Slice(row * width, width), values.Slice(row * slots, slots), observed.Slice(row * slots, slots));
            Span<float> state = states.Slice(row * slots, slots);
            if (shared.IsEmpty)
                (seed with { Stream = rowIds[row] }).Fork((ulong)draw).FillNormal(state);
            else
                shared[..slots].CopyTo(state);
            foreach (ref float x in state)
                x *= (float)_process.Schedule.Noise(_process.Schedule.Steps);
        }

        Span<float> level = stackalloc float[1];
        for (int s = 0; s < _steps.Length; s++)
        {
            cancel.ThrowIfCancellationRequested();
            ReverseStep step = _steps[s];
            int place = (1 + 2 * s) * slots;
            level[0] = step.From;
            tape.Reset();
            Tensor input = tape.Input(new Shape(rows, slots));
            // Which noise a row gets does not depend on where it stands, so it is made again for the second use.
            for (int row = 0; row < rows; row++)
            {
                ReadOnlySpan<float> noise = NoiseOf(row, shared, rowIds, seed, draw, place, own);
                for (int i = 0; i < slots; i++)
                {
                    int cell = row * slots + i;
                    if (observed[cell] != 0)
                        states[cell] = (float)_process.Diffuse(values[cell], noise[i], step.From);
                    input.Data[cell] = (float)(states[cell] / _process.Size(step.From));
                }
            }
            ReadOnlySpan<float> epsilon = _denoiser.Forward(tape, input, _process, level).Data;
            for (int row = 0; row < rows; row++)
            {
                ReadOnlySpan<float> noise = NoiseOf(row, shared, rowIds, seed, draw, place, own)[slots..];
                for (int i = 0; i < slots; i++)
                {
                    int cell = row * slots + i;
                    double data = _process.DataFromEpsilon(states[cell], epsilon[cell], step.From);
                    states[cell] = (float)(step.State * states[cell] + step.Data * data + step.Noise * noise[i]);
                }
            }
        }
        return states;
    }

    private static ReadOnlySpan<float> NoiseOf(
        int row, ReadOnlySpan<float> shared, ReadOnlySpan<ulong> rowIds, Philox seed, int draw, int place, Span<float> own)
    {
        if (!shared.IsEmpty)
            return shared[place..];
        (seed with { Stream = rowIds[row] }).Fork((ulong)draw).FillNormal(own, (ulong)place);
        return own;
    }

    /// <summary>Numbers are added up; of a category's slots the largest, which is also the largest of their softmax, gets a vote.</summary>
    private void AddVotes(ReadOnlySpan<float> drawn, Span<float> sums)
    {
        for (int i = 0; i < _encoder.Encoded.Count; i++)
        {
            Range slots = _slots.Of(i);
            if (_encoder.Encoded[i].Scaler is null)
                sums[slots][CategoryChoice.Largest(drawn[slots])]++;
            else
                sums[slots][0] += drawn[slots][0];
        }
    }

    /// <summary>Fills the unknown cells from sums over draws.</summary>
    private void Decide(Span<float> cells, ReadOnlySpan<float> sums, int draws)
    {
        int width = _encoder.Encoded.Count;
        for (int cell = 0; cell < cells.Length; cell++)
        {
            if (!float.IsNaN(cells[cell]))
                continue;
            ReadOnlySpan<float> votes = sums.Slice(cell / width * _slots.Count, _slots.Count)[_slots.Of(cell % width)];
            cells[cell] = _encoder.Encoded[cell % width].Scaler is null ? CategoryChoice.Largest(votes) : votes[0] / draws;
        }
    }
}
