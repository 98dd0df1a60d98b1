using System.Collections.Concurrent;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Prediction;

/// <summary>A baseline that predicts each missing cell from the observed ones of its row.</summary>
/// <remarks>The best guess is the conditional mean of a number and the most probable category. A draw adds a normal residual
/// to every number, with the deviation of the errors on cells that were held back once, and chooses a category by its
/// probabilities: cell by cell, so that draws of one row's cells do not tell how they hang together beyond their means.</remarks>
public abstract class PredictorImputer : TableImputer
{
    // The share of observed cells, and the most rows, on which the errors are measured.
    private const double HeldBack = 0.1;
    private const int MostRowsForErrors = 2000;

    // Workspaces want an engine, though these predictors need none.
    private static readonly ManagedEngine s_engine = new(threads: 1);

    private readonly TableEncoder _encoder;
    private readonly CellPredictor? _predictor;
    private readonly float[] _deviations;
    private readonly ConcurrentBag<Workspace> _workspaces = [];

    private protected PredictorImputer(Fitted fitted)
        : base(fitted.Encoder.Columns)
    {
        (_encoder, _predictor, _deviations) = (fitted.Encoder, fitted.Predictor, fitted.Deviations);
    }

    /// <summary>Fits one predictor to some encoded rows.</summary>
    private protected delegate CellPredictor Fitting(TableEncoder encoder, float[] cells, Philox random, CancellationToken cancel);

    /// <inheritdoc/>
    public override void Impute(ReadOnlySpan<double> row, Span<double> completed)
    {
        RefuseOtherLength(row, completed);
        Complete(row, completed, null, default);
    }

    /// <inheritdoc/>
    public override void Draw(ReadOnlySpan<double> row, Span<double> completed, ulong seed, ulong rowId, int draw = 0)
    {
        RefuseOtherLength(row, completed);
        ArgumentOutOfRangeException.ThrowIfNegative(draw);
        Complete(row, completed, new Philox(seed, rowId).Fork((ulong)draw), default);
    }

    /// <summary>Fits an encoder and a predictor, and measures the predictor's errors.</summary>
    private protected static Fitted FitTo(Table table, ulong seed, Fitting fit, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(table);
        table.RefuseNoRows();
        table.RefuseInfinities();
        cancel.ThrowIfCancellationRequested();
        var encoder = TableEncoder.Fit(table, NumericScaling.Standard);
        // Nothing varies: constants are all there is to fill in.
        if (encoder.Encoded.Count == 0)
            return new Fitted(encoder, null, []);
        float[] cells = encoder.Encode(table);
        var random = new Philox(seed);
        CellPredictor predictor = fit(encoder, cells, random.Fork(0), cancel);
        return new Fitted(encoder, predictor, Errors(encoder, cells, fit, random.Fork(1), cancel));
    }

    /// <summary>The number of threads that an option asks for.</summary>
    private protected static int ThreadsOf(int? threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads ?? 1, 1, nameof(threads));
        return threads ?? Environment.ProcessorCount;
    }

    /// <summary>Root mean squared error of every encoded number on cells that the predictor was not fitted to.</summary>
    private static float[] Errors(TableEncoder encoder, float[] cells, Fitting fit, Philox random, CancellationToken cancel)
    {
        int width = encoder.Encoded.Count;
        int[] rows = RowSample.Of(cells.Length / width, MostRowsForErrors, random.Fork(0));
        float[] truth = [.. rows.SelectMany(row => cells.AsSpan(row * width, width).ToArray())];
        float[] rest = (float[])truth.Clone();
        Philox choice = random.Fork(1);
        for (int i = 0; i < rest.Length; i++)
        {
            if (choice.Uniform((ulong)i) < HeldBack)
                rest[i] = float.NaN;
        }
        CellPredictor predictor = fit(encoder, rest, random.Fork(2), cancel);
        double[] squares = new double[width];
        int[] counts = new int[width];
        using var workspace = new Workspace(s_engine);
        float[] slots = new float[encoder.SlotCount];
        for (int row = 0; row < rows.Length; row++)
        {
            predictor.Predict(rest.AsSpan(row * width, width), 1, slots, workspace, cancel);
            for (int i = 0; i < width; i++)
            {
                float value = truth[row * width + i];
                if (float.IsNaN(value) || !float.IsNaN(rest[row * width + i]) || encoder.Encoded[i].Scaler is null)
                    continue;
                double error = slots[encoder.Encoded[i].FirstSlot] - value;
                squares[i] += error * error;
                counts[i]++;
            }
        }
        // Without a single cell held back the column's own deviation, 1, is all that is known.
        return [.. squares.Select((sum, i) => counts[i] > 0 ? (float)Math.Sqrt(sum / counts[i]) : 1)];
    }

    private void Complete(ReadOnlySpan<double> row, Span<double> completed, Philox? random, CancellationToken cancel)
    {
        Workspace workspace = _workspaces.TryTake(out Workspace? free) ? free : new Workspace(s_engine);
        Span<float> cells = workspace.Cells(_encoder.Encoded.Count);
        _encoder.Encode(row, cells);
        if (_predictor is not null && HasUnknown(cells))
        {
            Span<float> slots = workspace.Sums(_encoder.SlotCount);
            _predictor.Predict(cells, 1, slots, workspace, cancel);
            for (int i = 0; i < cells.Length; i++)
            {
                if (float.IsNaN(cells[i]))
                    cells[i] = Choose(i, slots, random);
            }
        }
        _encoder.Complete(row, cells, completed);
        _workspaces.Add(workspace);
    }

    private float Choose(int column, ReadOnlySpan<float> slots, Philox? random)
    {
        EncodedColumn description = _encoder.Encoded[column];
        ReadOnlySpan<float> own = slots.Slice(description.FirstSlot, description.SlotCount);
        if (description.Scaler is not null)
            return own[0] + (random is { } numbers ? _deviations[column] * numbers.Normal((ulong)column) : 0);
        return random is { } draw ? CategoryChoice.Draw(own, draw.Uniform((ulong)column)) : CategoryChoice.Largest(own);
    }

    private static bool HasUnknown(ReadOnlySpan<float> cells)
    {
        foreach (float cell in cells)
        {
            if (float.IsNaN(cell))
                return true;
        }
        return false;
    }

    /// <summary>What fitting a baseline gives.</summary>
    private protected sealed record Fitted(TableEncoder Encoder, CellPredictor? Predictor, float[] Deviations);
}
