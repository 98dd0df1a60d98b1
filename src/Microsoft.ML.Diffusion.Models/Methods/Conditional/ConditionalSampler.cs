using System.Diagnostics;
using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Solvers;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Donors;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>Fills rows with a blend of predictors at full noise, which is the best guess, or with draws of a
/// <see cref="ConditionalDenoiser"/>. A draw starts numbers from noise and categories unknown; numbers follow ancestral sampling,
/// whose fresh noise makes up for what the network gets wrong, categories become known at random on the way. At the end each number
/// becomes the observed one nearest to it. A share of the draws goes on from there: <see cref="DonorDraws"/>.</summary>
internal sealed class ConditionalSampler : ImputationSampler
{
    private readonly TableEncoder _encoder;
    private readonly BlendPredictor _blend;
    private readonly Calibration? _calibration;
    private readonly ImputationScore[] _scores;
    private readonly DrawingParts? _drawing;
    private readonly GaussianProcess _process;
    private readonly AbsorbingProcess _absorbing;
    private readonly ReverseStep[] _steps;

    public ConditionalSampler(
        TableEncoder encoder, Blend blend, DrawingParts? drawing, NoiseSchedule schedule, int samplingSteps)
    {
        _encoder = encoder;
        _blend = blend.Predictor;
        _calibration = blend.Calibration;
        _scores = blend.Scores;
        _drawing = drawing;
        _process = new GaussianProcess(schedule);
        _absorbing = new AbsorbingProcess(schedule.Steps);
        _steps = ReverseProcess.Create(schedule, samplingSteps, eta: 1);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<BlendMember> Members => _blend.Members;

    /// <inheritdoc/>
    public override IReadOnlyList<ImputationScore> Scores => _scores;

    /// <inheritdoc/>
    public override bool IsCalibrated => _calibration is not null;

    /// <inheritdoc/>
    public override bool CanDraw => _drawing is not null;

    /// <inheritdoc/>
    public override ObservedNumbers? DrawnNumbers => _drawing?.Numbers;

    /// <inheritdoc/>
    public override void Expect(Span<float> cells, int rows, Workspace workspace, CancellationToken cancel = default) =>
        Expect(cells, rows, [], workspace, cancel);

    /// <inheritdoc/>
    public override void Expect(Span<float> cells, int rows, Span<float> slots, Workspace workspace, CancellationToken cancel = default)
    {
        Span<float> predictions = workspace.Predictions(rows * _encoder.SlotCount);
        _blend.Predict(cells, rows, predictions, workspace, cancel);
        if (!slots.IsEmpty)
            predictions.CopyTo(slots);
        for (int cell = 0; cell < rows * _encoder.Encoded.Count; cell++)
        {
            if (float.IsNaN(cells[cell]))
                cells[cell] = Guess(cell, predictions);
        }
    }

    /// <inheritdoc/>
    public override void Expect(Span<float> cells, Span<CellUncertainty> uncertainties, double coverage, Workspace workspace)
    {
        if (_calibration is null)
            throw new UnreachableException();
        Span<float> predictions = workspace.Predictions(_encoder.SlotCount), variances = workspace.States(cells.Length);
        _blend.Predict(cells, 1, predictions, variances, workspace);
        for (int cell = 0; cell < cells.Length; cell++)
        {
            if (!float.IsNaN(cells[cell]))
                continue;
            EncodedColumn column = _encoder.Encoded[cell];
            cells[cell] = Guess(cell, predictions);
            uncertainties[cell] = column.Scaler is null
                ? CellUncertainty.OfCategory(_calibration.Probability(predictions.Slice(column.FirstSlot, column.SlotCount), (int)cells[cell]))
                : _calibration.Interval(cell, cells[cell], variances[cell], coverage);
        }
    }

    /// <inheritdoc/>
    public override void Draw(Span<float> cells, ReadOnlySpan<ulong> rowIds, ulong seed, int draw, Workspace workspace, CancellationToken cancel = default)
    {
        if (_drawing is null)
            throw new InvalidOperationException("The imputer cannot draw: the network for it was not trained (the option Draws of ConditionalOptions).");
        int rows = rowIds.Length, width = _encoder.Encoded.Count, slots = _encoder.SlotCount;
        bool[] isUnknown = new bool[cells.Length];
        for (int i = 0; i < isUnknown.Length; i++)
            isUnknown[i] = float.IsNaN(cells[i]);
        Span<float> states = workspace.States(2 * cells.Length)[..cells.Length];
        Span<float> estimates = workspace.States(2 * cells.Length)[cells.Length..];
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
                estimates[i] = ConditionalBatch.LinearEstimate(_process, states[i], step.From);
            float level = (float)step.From / _process.Schedule.Steps;
            ReadOnlySpan<float> prediction = _drawing.Network.Predict(
                _encoder, cells, s == 0 ? [] : estimates, level, rows, workspace.Tape);
            for (int row = 0; row < rows; row++)
            {
                Philox own = RowRandom(seed, rowIds[row], draw).Fork((ulong)(s + 1));
                own.FillUniform(random[..(2 * width)]);
                own.Fork(0).FillNormal(random[(2 * width)..]);
                Advance(step, prediction.Slice(row * slots, slots), random, cells.Slice(row * width, width), states.Slice(row * width, width));
            }
        }
        for (int row = 0; row < rows; row++)
        {
            Philox own = RowRandom(seed, rowIds[row], draw: -1);
            Span<float> drawn = cells.Slice(row * width, width);
            _drawing.Finish(drawn, isUnknown.AsSpan(row * width, width), own.Uniform(0), draw, own.Fork((ulong)draw), workspace);
        }
    }

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer)
    {
        writer.Write((byte)_process.Schedule.Kind);
        writer.Write(_process.Schedule.Steps);
        writer.Write(_steps.Length);
        writer.Write(_drawing is not null);
        _drawing?.Save(writer);
        _blend.Save(writer);
        writer.Write(_calibration is not null);
        _calibration?.Save(writer);
        writer.Write(_scores.Length);
        foreach (ImputationScore score in _scores)
            score.Save(writer);
    }

    public static ConditionalSampler Load(BinaryReader reader, TableEncoder encoder)
    {
        NoiseScheduleKind kind = reader.ReadKind<NoiseScheduleKind>("noise schedule");
        int levels = reader.ReadBetween(2, NoiseSchedule.MostSteps, "the number of noise levels");
        var schedule = NoiseSchedule.Create(kind, levels);
        int samplingSteps = reader.ReadBetween(1, levels, "the number of steps");
        DrawingParts? drawing = reader.ReadBoolean() ? DrawingParts.Load(reader, encoder) : null;
        var blend = BlendPredictor.Load(reader, encoder);
        Calibration? calibration = reader.ReadBoolean() ? Calibration.Load(reader, encoder) : null;
        ImputationScore[] scores = reader.ReadItems(2 * sizeof(double), "scores", ImputationScore.Load);
        return new ConditionalSampler(encoder, new Blend(blend, calibration, scores), drawing, schedule, samplingSteps);
    }

    private static Philox RowRandom(ulong seed, ulong rowId, int draw) => new Philox(seed, rowId).Fork((ulong)draw);

    private float Guess(int cell, ReadOnlySpan<float> predictions)
    {
        int width = _encoder.Encoded.Count;
        EncodedColumn column = _encoder.Encoded[cell % width];
        ReadOnlySpan<float> guess = predictions.Slice(cell / width * _encoder.SlotCount + column.FirstSlot, column.SlotCount);
        return column.Scaler is null ? CategoryChoice.Largest(guess) : guess[0];
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
