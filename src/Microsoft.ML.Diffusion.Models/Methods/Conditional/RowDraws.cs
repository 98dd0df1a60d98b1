using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Solvers;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>Draws the unknown cells of rows with a network. Numbers start from noise and follow ancestral sampling, whose fresh noise
/// makes up for what the network gets wrong; categories start unknown and become known at random on the way.</summary>
internal sealed class RowDraws
{
    private readonly TableEncoder _encoder;
    private readonly GaussianProcess _process;
    private readonly AbsorbingProcess _absorbing;
    private readonly ReverseStep[] _steps;

    /// <param name="encoder">The columns.</param>
    /// <param name="schedule">How noise grows.</param>
    /// <param name="samplingSteps">From noise to data.</param>
    public RowDraws(TableEncoder encoder, NoiseSchedule schedule, int samplingSteps)
    {
        _encoder = encoder;
        _process = new GaussianProcess(schedule);
        _absorbing = new AbsorbingProcess(schedule.Steps);
        _steps = ReverseProcess.Create(schedule, samplingSteps, eta: 1);
    }

    /// <summary>What one draw of one row is random in.</summary>
    public static Philox Random(ulong seed, ulong rowId, int draw) => new Philox(seed, rowId).Fork((ulong)draw);

    /// <summary>Draws.</summary>
    /// <param name="network">The network.</param>
    /// <param name="cells">[rows, encoded columns], NaN where unknown. Receives the draw.</param>
    /// <param name="rowIds">What each row is random in, with the seed and the draw.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="draw">Which draw.</param>
    /// <param name="workspace">Memory for this thread.</param>
    /// <param name="cancel">Looked at before every step.</param>
    public void Draw(
        ConditionalDenoiser network,
        Span<float> cells,
        ReadOnlySpan<ulong> rowIds,
        ulong seed,
        int draw,
        Workspace workspace,
        CancellationToken cancel)
    {
        int rows = rowIds.Length, width = _encoder.Encoded.Count, slots = _encoder.SlotCount;
        Span<float> states = workspace.States(2 * cells.Length)[..cells.Length];
        Span<float> estimates = workspace.States(2 * cells.Length)[cells.Length..];
        Span<float> random = workspace.Noise(3 * width);
        for (int row = 0; row < rows; row++)
            Random(seed, rowIds[row], draw).Fork(0).FillNormal(states.Slice(row * width, width));
        for (int i = 0; i < states.Length; i++)
            states[i] *= (float)_process.Schedule.Noise(_process.Schedule.Steps);

        for (int s = 0; s < _steps.Length; s++)
        {
            cancel.ThrowIfCancellationRequested();
            ReverseStep step = _steps[s];
            for (int i = 0; i < cells.Length; i++)
                estimates[i] = ConditionalBatch.LinearEstimate(_process, states[i], step.From);
            float level = (float)step.From / _process.Schedule.Steps;
            ReadOnlySpan<float> prediction = network.Predict(_encoder, cells, s == 0 ? [] : estimates, level, rows, workspace.Tape);
            for (int row = 0; row < rows; row++)
            {
                Philox own = Random(seed, rowIds[row], draw).Fork((ulong)(s + 1));
                own.FillUniform(random[..(2 * width)]);
                own.Fork(0).FillNormal(random[(2 * width)..]);
                Advance(step, prediction.Slice(row * slots, slots), random, cells.Slice(row * width, width), states.Slice(row * width, width));
            }
        }
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write((byte)_process.Schedule.Kind);
        writer.Write(_process.Schedule.Steps);
        writer.Write(_steps.Length);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static RowDraws Load(BinaryReader reader, TableEncoder encoder)
    {
        NoiseScheduleKind kind = reader.ReadKind<NoiseScheduleKind>("noise schedule");
        int levels = reader.ReadBetween(2, NoiseSchedule.MostSteps, "the number of noise levels");
        int samplingSteps = reader.ReadBetween(1, levels, "the number of steps");
        return new RowDraws(encoder, NoiseSchedule.Create(kind, levels), samplingSteps);
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
                double data = step.From == _process.Schedule.Steps
                    ? guess[0] : _process.DataFromNegativeVelocity(states[i], guess[0], step.From);
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
