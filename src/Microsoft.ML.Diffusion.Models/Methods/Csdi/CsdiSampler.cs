using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Solvers;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Csdi;

/// <summary>Fills rows by running the reverse process on all their slots with a <see cref="CsdiDenoiser"/>.</summary>
/// <remarks>
/// <para>
/// CSDI-T (Tashiro et al. 2021, algorithm 2) shows the network the observed values as they are. MissDiff (Ouyang et al. 2023, algorithm 2)
/// puts their noised values in place at every level; line 6 of that algorithm prints the noise's factor as (1 - alphaBar), and the forward
/// process it stands for has sqrt(1 - alphaBar), which is what is used here.
/// </para>
/// <para>
/// The best guess is taken over a few draws whose noise is a function of the model's seed, the draw, the step and the slot, the same for
/// every row: of a category the most frequent; of a number the median for CSDI-T, as published, and the mean for MissDiff.
/// </para>
/// </remarks>
internal sealed class CsdiSampler : ImputationSampler
{
    // Far more than anybody draws, and what a gigabyte holds of noise.
    private const int MostDraws = 100_000, MostNoise = 1 << 28;

    private readonly TableEncoder _encoder;
    private readonly CsdiDenoiser _denoiser;
    private readonly CsdiSlots _slots;
    private readonly GaussianProcess _process;
    private readonly ReverseStep[] _steps;
    private readonly ulong _seed;
    private readonly int _draws;
    private readonly Lazy<float[]> _sharedNoise;

    public CsdiSampler(TableEncoder encoder, CsdiDenoiser denoiser, NoiseSchedule schedule, int samplingSteps, int draws, ulong seed)
    {
        _encoder = encoder;
        _denoiser = denoiser;
        _slots = new CsdiSlots(encoder.Encoded, denoiser.IsConditional);
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
        int all = rows * _slots.Count;
        Span<float> drawn = workspace.Draws(_draws * all);
        for (int draw = 0; draw < _draws; draw++)
        {
            ReadOnlySpan<float> shared = _sharedNoise.Value.AsSpan(draw * NoisePerRow, NoisePerRow);
            Run(cells, rows, shared, rowIds: [], new Philox(_seed), draw, workspace, cancel).CopyTo(drawn[(draw * all)..]);
        }
        Decide(cells, drawn);
    }

    /// <inheritdoc/>
    public override void Draw(
        Span<float> cells, ReadOnlySpan<ulong> rowIds, ulong seed, int draw, Workspace workspace, CancellationToken cancel = default) =>
        Decide(cells, Run(cells, rowIds.Length, shared: [], rowIds, new Philox(seed), draw, workspace, cancel));

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer)
    {
        writer.Write((byte)_process.Schedule.Kind);
        writer.Write(_process.Schedule.Steps);
        writer.Write(_steps.Length);
        writer.Write(_draws);
        writer.Write(_seed);
        writer.Write(_denoiser.Channels);
        writer.Write(_denoiser.Blocks);
        _denoiser.SaveState().Save(writer);
    }

    public static CsdiSampler Load(BinaryReader reader, TableEncoder encoder, bool isConditional)
    {
        NoiseScheduleKind kind = reader.ReadKind<NoiseScheduleKind>("noise schedule");
        int levels = reader.ReadBetween(2, NoiseSchedule.MostSteps, "the number of noise levels");
        var schedule = NoiseSchedule.Create(kind, levels);
        int samplingSteps = reader.ReadBetween(1, levels, "the number of steps");
        int draws = reader.ReadBetween(1, MostDraws, "the number of draws");
        ulong seed = reader.ReadUInt64();
        int channels = reader.ReadBetween(1, 8192, "the number of channels"), blocks = reader.ReadBetween(1, 100, "the number of blocks");
        int tokens = new CsdiSlots(encoder.Encoded, isConditional).Count;
        CheckedReading.Require((long)draws * samplingSteps <= CsdiOptions.MostCalls, "a best guess of it would take for ever");
        CheckedReading.Require(draws * (1 + 2L * samplingSteps) * tokens <= MostNoise, "its draws need too much noise");
        CsdiDenoiser denoiser = Module.FromState(
            StateDictionary.Load(reader), () => new CsdiDenoiser(tokens, channels, blocks, isConditional, random: default));
        return new CsdiSampler(encoder, denoiser, schedule, samplingSteps, draws, seed);
    }

    /// <summary>The reverse process of all rows; the noise is either shared by them or each row's own.</summary>
    private ReadOnlySpan<float> Run(
        ReadOnlySpan<float> cells,
        int rows,
        ReadOnlySpan<float> shared,
        ReadOnlySpan<ulong> rowIds,
        Philox seed,
        int draw,
        Workspace workspace,
        CancellationToken cancel)
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

        Span<int> level = stackalloc int[1];
        for (int s = 0; s < _steps.Length; s++)
        {
            cancel.ThrowIfCancellationRequested();
            ReverseStep step = _steps[s];
            int place = (1 + 2 * s) * slots;
            level[0] = step.From;
            tape.Reset();
            Tensor input = tape.Input(new Shape(all, _denoiser.InputWidth));
            Tensor? known = null;
            if (_denoiser.IsConditional)
            {
                known = tape.Input(new Shape(all, 1));
                observed.CopyTo(known.Data);
                WriteConditional(step.From, states, values, observed, input.Data);
            }
            else
            {
                // Which noise a row gets does not depend on where it stands, so it is made again for the second use.
                for (int row = 0; row < rows; row++)
                {
                    Range cell = (row * slots)..((row + 1) * slots);
                    ReadOnlySpan<float> noise = NoiseOf(row, shared, rowIds, seed, draw, place, own);
                    WriteWhole(step.From, states[cell], values[cell], observed[cell], noise, input.Data[cell]);
                }
            }
            ReadOnlySpan<float> epsilon = _denoiser.Forward(tape, input, known, _process, level).Data;
            for (int row = 0; row < rows; row++)
            {
                ReadOnlySpan<float> noise = NoiseOf(row, shared, rowIds, seed, draw, place, own)[slots..];
                for (int i = 0; i < slots; i++)
                {
                    int cell = row * slots + i;
                    if (observed[cell] != 0)
                        continue;
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

    /// <summary>The input of MissDiff: observed entries are brought to the level of the others.</summary>
    private void WriteWhole(
        int level, Span<float> states, ReadOnlySpan<float> values, ReadOnlySpan<float> observed, ReadOnlySpan<float> noise, Span<float> input)
    {
        for (int i = 0; i < states.Length; i++)
        {
            if (observed[i] != 0)
                states[i] = (float)_process.Diffuse(values[i], noise[i], level);
            input[i] = (float)(states[i] / _process.Size(level));
        }
    }

    /// <summary>The input of CSDI-T: known values and states side by side.</summary>
    private void WriteConditional(int level, ReadOnlySpan<float> states, ReadOnlySpan<float> values, ReadOnlySpan<float> observed, Span<float> input)
    {
        for (int i = 0; i < states.Length; i++)
        {
            (input[2 * i], input[(2 * i) + 1]) = observed[i] != 0
                ? (values[i], 0f) : (0f, (float)(states[i] / _process.Size(level)));
        }
    }

    /// <summary>Fills the unknown cells from one or several draws of all slots.</summary>
    private void Decide(Span<float> cells, ReadOnlySpan<float> drawn)
    {
        int width = _encoder.Encoded.Count, all = cells.Length / width * _slots.Count, draws = drawn.Length / all;
        Span<float> answers = stackalloc float[1000];
        answers = answers[..draws];
        for (int cell = 0; cell < cells.Length; cell++)
        {
            if (!float.IsNaN(cells[cell]))
                continue;
            bool isNumber = _encoder.Encoded[cell % width].Scaler is not null;
            for (int draw = 0; draw < draws; draw++)
            {
                ReadOnlySpan<float> own = drawn.Slice(draw * all + cell / width * _slots.Count, _slots.Count)[_slots.Of(cell % width)];
                answers[draw] = isNumber ? own[0] : CategoryChoice.Largest(own);
            }
            answers.Sort();
            cells[cell] = !isNumber ? MostFrequent(answers) : _denoiser.IsConditional ? Median(answers) : Mean(answers);
        }
    }

    private static float Median(ReadOnlySpan<float> sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    private static float Mean(ReadOnlySpan<float> values)
    {
        float sum = 0;
        foreach (float value in values)
            sum += value;
        return sum / values.Length;
    }

    /// <summary>The value that is there most often, the smallest of several.</summary>
    private static float MostFrequent(ReadOnlySpan<float> sorted)
    {
        int start = 0, best = 0, most = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            if (sorted[i] != sorted[start])
                start = i;
            if (i - start + 1 > most)
                (best, most) = (i, i - start + 1);
        }
        return sorted[best];
    }
}
