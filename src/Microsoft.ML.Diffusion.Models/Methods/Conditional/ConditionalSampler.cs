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
/// <see cref="ConditionalDenoiser"/>: <see cref="RowDraws"/>. At the end each number becomes the observed one nearest to it. A share of the
/// draws goes on from there: <see cref="Donors.DonorDraws"/>.</summary>
internal sealed class ConditionalSampler : ImputationSampler
{
    private readonly TableEncoder _encoder;
    private readonly BlendPredictor _blend;
    private readonly Calibration? _calibration;
    private readonly ImputationScore[] _scores;
    private readonly DrawingParts? _drawing;
    private readonly RowDraws _rows;

    public ConditionalSampler(
        TableEncoder encoder, Blend blend, DrawingParts? drawing, RowDraws rows)
    {
        _encoder = encoder;
        _blend = blend.Predictor;
        _calibration = blend.Calibration;
        _scores = blend.Scores;
        _drawing = drawing;
        _rows = rows;
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
        int width = _encoder.Encoded.Count;
        bool[] isUnknown = new bool[cells.Length];
        for (int i = 0; i < isUnknown.Length; i++)
            isUnknown[i] = float.IsNaN(cells[i]);
        _rows.Draw(_drawing.Network, cells, rowIds, seed, draw, workspace, cancel);
        for (int row = 0; row < rowIds.Length; row++)
        {
            Philox own = RowDraws.Random(seed, rowIds[row], draw: -1);
            Span<float> drawn = cells.Slice(row * width, width);
            _drawing.Finish(drawn, isUnknown.AsSpan(row * width, width), own.Uniform(0), draw, own.Fork((ulong)draw), workspace);
        }
    }

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer)
    {
        _rows.Save(writer);
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
        var rows = RowDraws.Load(reader, encoder);
        DrawingParts? drawing = reader.ReadBoolean() ? DrawingParts.Load(reader, encoder) : null;
        var blend = BlendPredictor.Load(reader, encoder);
        Calibration? calibration = reader.ReadBoolean() ? Calibration.Load(reader, encoder) : null;
        ImputationScore[] scores = reader.ReadItems(2 * sizeof(double), "scores", ImputationScore.Load);
        return new ConditionalSampler(encoder, new Blend(blend, calibration, scores), drawing, rows);
    }

    private float Guess(int cell, ReadOnlySpan<float> predictions)
    {
        int width = _encoder.Encoded.Count;
        EncodedColumn column = _encoder.Encoded[cell % width];
        ReadOnlySpan<float> guess = predictions.Slice(cell / width * _encoder.SlotCount + column.FirstSlot, column.SlotCount);
        return column.Scaler is null ? CategoryChoice.Largest(guess) : guess[0];
    }
}
