using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>Fills rows with what a predictor says of each missing cell.</summary>
/// <remarks>The best guess is the conditional mean of a number and the most probable category. A draw adds a normal residual
/// to every number, with the deviation of the errors on cells that were held back once, and chooses a category by its
/// probabilities: cell by cell, so that draws of one row's cells do not tell how they hang together beyond their means.</remarks>
internal sealed class PredictorSampler : ImputationSampler
{
    // The share of observed cells, and the most rows, on which the errors are measured.
    private const double HeldBack = 0.1;
    private const int MostRowsForErrors = 2000;

    // The share of a limited time for the predictor; the rest is for its errors.
    private const double FittingShare = 0.65;

    // Workspaces want an engine, though these predictors need none.
    private static readonly ManagedEngine s_engine = new(threads: 1);

    private readonly TableEncoder _encoder;
    private readonly CellPredictor _predictor;
    private readonly float[] _deviations;

    private PredictorSampler(TableEncoder encoder, CellPredictor predictor, float[] deviations) =>
        (_encoder, _predictor, _deviations) = (encoder, predictor, deviations);

    /// <summary>Fits one predictor to some encoded rows.</summary>
    public delegate CellPredictor Fitting(ImputationTraining training, Philox random);

    /// <summary>Fits a predictor, and measures its errors.</summary>
    /// <param name="training">The rows.</param>
    /// <param name="random">Everything random.</param>
    /// <param name="fit">Fits.</param>
    public static PredictorSampler Fit(ImputationTraining training, Philox random, Fitting fit)
    {
        TrainingDeadline deadline = training.Deadline.First(training.OnlyGuesses ? 1 : FittingShare);
        CellPredictor predictor = fit(training with { Deadline = deadline }, random.Fork(0));
        float[] errors = training.OnlyGuesses ? new float[training.Rows.Width] : Errors(training, fit, random.Fork(1));
        return new PredictorSampler(training.Rows.Encoder, predictor, errors);
    }

    public static PredictorSampler Load(BinaryReader reader, TableEncoder encoder, Func<BinaryReader, TableEncoder, CellPredictor> load)
    {
        float[] deviations = reader.ReadFiniteSingles("deviations", encoder.Encoded.Count);
        return new PredictorSampler(encoder, load(reader, encoder), deviations);
    }

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer)
    {
        writer.WriteArray(_deviations);
        _predictor.Save(writer);
    }

    /// <inheritdoc/>
    public override void Expect(Span<float> cells, int rows, Workspace workspace, CancellationToken cancel = default) =>
        Expect(cells, rows, [], workspace, cancel);

    /// <inheritdoc/>
    public override void Expect(Span<float> cells, int rows, Span<float> slots, Workspace workspace, CancellationToken cancel = default)
    {
        ReadOnlySpan<float> predictions = Predict(cells, rows, workspace, cancel);
        for (int row = 0; row < rows; row++)
            Fill(row, cells, predictions, random: null);
        if (!slots.IsEmpty)
            predictions.CopyTo(slots);
    }

    /// <inheritdoc/>
    public override void Draw(
        Span<float> cells, ReadOnlySpan<ulong> rowIds, ulong seed, int draw, Workspace workspace, CancellationToken cancel = default)
    {
        ReadOnlySpan<float> predictions = Predict(cells, rowIds.Length, workspace, cancel);
        for (int row = 0; row < rowIds.Length; row++)
            Fill(row, cells, predictions, new Philox(seed, rowIds[row]).Fork((ulong)draw));
    }

    private Span<float> Predict(ReadOnlySpan<float> cells, int rows, Workspace workspace, CancellationToken cancel)
    {
        Span<float> predictions = workspace.Predictions(rows * _encoder.SlotCount);
        _predictor.Predict(cells, rows, predictions, workspace, cancel);
        return predictions;
    }

    private void Fill(int row, Span<float> cells, ReadOnlySpan<float> predictions, Philox? random)
    {
        int width = _encoder.Encoded.Count;
        Span<float> own = cells.Slice(row * width, width);
        for (int i = 0; i < width; i++)
        {
            if (float.IsNaN(own[i]))
                own[i] = Choose(i, predictions.Slice(row * _encoder.SlotCount, _encoder.SlotCount), random);
        }
    }

    private float Choose(int column, ReadOnlySpan<float> slots, Philox? random)
    {
        EncodedColumn description = _encoder.Encoded[column];
        ReadOnlySpan<float> own = slots.Slice(description.FirstSlot, description.SlotCount);
        if (description.Scaler is not null)
            return own[0] + (random is { } numbers ? _deviations[column] * numbers.Normal((ulong)column) : 0);
        return random is { } draw ? CategoryChoice.Draw(own, draw.Uniform((ulong)column)) : CategoryChoice.Largest(own);
    }

    /// <summary>Root mean squared error of every encoded number on cells that the predictor was not fitted to.</summary>
    private static float[] Errors(ImputationTraining training, Fitting fit, Philox random)
    {
        TableEncoder encoder = training.Rows.Encoder;
        int width = training.Rows.Width;
        int[] rows = RowSample.Of(training.Rows.RowCount, MostRowsForErrors, random.Fork(0));
        EncodedRows truth = training.Rows.Take(rows), rest = training.Rows.Take(rows);
        Philox choice = random.Fork(1);
        bool[] isFilled = training.FindFilledColumns();
        ulong place = 0;
        var computed = ComputedCells.Of(encoder);
        bool[] isHidden = new bool[width];
        for (int row = 0; row < rest.RowCount; row++)
        {
            Span<float> own = rest.Row(row);
            for (int i = 0; i < width; i++)
                isHidden[i] = choice.Uniform(place++) < HeldBack && isFilled[i];
            computed?.Follow(own, isHidden);
            for (int i = 0; i < width; i++)
                own[i] = isHidden[i] ? float.NaN : own[i];
        }
        CellPredictor predictor = fit(training with { Rows = rest, Deadline = training.Deadline.First(FittingShare) }, random.Fork(2));
        double[] squares = new double[width];
        int[] counts = new int[width];
        using var workspace = new Workspace(s_engine);
        float[] slots = new float[encoder.SlotCount];
        for (int row = 0; row < rest.RowCount && !training.Deadline.IsOver; row++)
        {
            ReadOnlySpan<float> known = rest.Row(row), all = truth.Row(row);
            predictor.Predict(known, 1, slots, workspace, training.Cancel);
            for (int i = 0; i < width; i++)
            {
                float value = all[i];
                if (float.IsNaN(value) || !float.IsNaN(known[i]) || encoder.Encoded[i].Scaler is null)
                    continue;
                double error = slots[encoder.Encoded[i].FirstSlot] - value;
                squares[i] += error * error;
                counts[i]++;
            }
        }
        // Without a single cell held back the column's own deviation, 1, is all that is known.
        return [.. squares.Select((sum, i) => counts[i] > 0 ? (float)Math.Sqrt(sum / counts[i]) : 1)];
    }
}
