using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>Observed cells that no member sees, on which weights of networks and members are compared and errors are measured.</summary>
internal sealed class HeldBackCells
{
    // Of a column at most this share, unless more is asked for, and never the last cells: what is measured is to hold for members that
    // learn from all of them.
    private const double MostOfColumn = 0.25;
    private const int FewestLeft = 2;

    private readonly TableEncoder _encoder;
    private readonly int[] _rows;
    private readonly int _width;

    /// <param name="all">The rows; left as they are.</param>
    /// <param name="share">The share of observed cells to hold back, more of columns in which more is missing.</param>
    /// <param name="mostRows">From how many rows at most.</param>
    /// <param name="random">Which ones.</param>
    /// <param name="onlyMissing">Whether columns in which nothing is missing keep all their cells.</param>
    public HeldBackCells(EncodedRows all, double share, int mostRows, Philox random, bool onlyMissing = false)
    {
        _encoder = all.Encoder;
        _width = all.Width;
        int[] order = new int[all.RowCount];
        random.Fork(0).Permutation(order);
        Philox choice = random.Fork(1);
        float[] shares = HidingShares.Of(all, onlyMissing);
        List<int> rows = [];
        List<HeldBackCell> held = [];
        ReadOnlySpan<int> chosen = order.AsSpan(0, Math.Min(all.RowCount, mostRows));
        int[] left = all.CountObserved();
        Rest = all.WithCopiesOf(chosen);
        var computed = ComputedCells.Of(all.Encoder);
        bool[] isHeld = new bool[_width];
        foreach (int row in chosen)
        {
            int before = held.Count;
            ulong first = (ulong)row * (ulong)_width;
            Span<float> cells = Rest.Row(row);
            for (int i = 0; i < _width; i++)
            {
                double own = Math.Min(share * shares[i], Math.Max(share, MostOfColumn));
                isHeld[i] = !float.IsNaN(cells[i]) && choice.Uniform(first + (ulong)i) < own && left[i] > FewestLeft;
            }
            computed?.Follow(cells, isHeld);
            for (int i = 0; i < _width; i++)
            {
                if (!isHeld[i])
                    continue;
                left[i]--;
                held.Add(new HeldBackCell(rows.Count, i, cells[i]));
                cells[i] = float.NaN;
            }
            if (held.Count > before)
                rows.Add(row);
        }
        _rows = [.. rows];
        Cells = held;
    }

    /// <summary>The rows without the cells held back.</summary>
    public EncodedRows Rest { get; }

    /// <summary>What is held back.</summary>
    public IReadOnlyList<HeldBackCell> Cells { get; }

    /// <summary>How many rows something is held back of.</summary>
    public int RowCount => _rows.Length;

    /// <summary>The mean over held-back cells of a number's squared error or a category's cross-entropy, given the rest of
    /// the row at full noise.</summary>
    public double Error(ConditionalDenoiser denoiser, Tape tape, CancellationToken cancel)
    {
        double sum = 0;
        int next = 0;
        for (int start = 0; start < _rows.Length; start += RowBatches.Size)
        {
            cancel.ThrowIfCancellationRequested();
            ReadOnlySpan<int> rows = _rows.AsSpan(start, Math.Min(RowBatches.Size, _rows.Length - start));
            tape.Reset();
            Tensor input = tape.Input(new Shape(rows.Length, denoiser.Input.Width));
            for (int i = 0; i < rows.Length; i++)
                denoiser.Input.Write(Rest.Row(rows[i]), [], 1, input.Data.Slice(i * input.Columns, input.Columns));
            Tensor prediction = denoiser.Forward(tape, input);
            for (; next < Cells.Count && Cells[next].Row < start + rows.Length; next++)
            {
                HeldBackCell cell = Cells[next];
                EncodedColumn column = _encoder.Encoded[cell.Column];
                ReadOnlySpan<float> slots = prediction.Data.Slice((cell.Row - start) * prediction.Columns + column.FirstSlot, column.SlotCount);
                sum += column.Scaler is null ? CrossEntropy(slots, (int)cell.Truth) : Square(slots[0] - cell.Truth);
            }
        }
        return sum / Cells.Count;
    }

    /// <summary>What a predictor says of the rows that something is held back of.</summary>
    /// <returns>[rows, slots], the row of a cell being <see cref="HeldBackCell.Row"/>.</returns>
    public float[] Predict(CellPredictor predictor, int threads, CancellationToken cancel)
    {
        int slots = _encoder.SlotCount;
        float[] predictions = new float[_rows.Length * slots];
        ForEachBatch(
            (cells, first, rows, workspace) => predictor.Predict(cells, rows, predictions.AsSpan(first * slots, rows * slots), workspace, cancel),
            threads,
            cancel);
        return predictions;
    }

    /// <summary>The same of a blend, and the variances between its members, [rows, encoded columns].</summary>
    public (float[] Predictions, float[] Variances) Predict(BlendPredictor blend, int threads, CancellationToken cancel)
    {
        int slots = _encoder.SlotCount;
        float[] predictions = new float[_rows.Length * slots], variances = new float[_rows.Length * _width];
        ForEachBatch(
            (cells, first, rows, workspace) => blend.Predict(
                cells, rows, predictions.AsSpan(first * slots, rows * slots), variances.AsSpan(first * _width, rows * _width), workspace, cancel),
            threads,
            cancel);
        return (predictions, variances);
    }

    /// <summary>Does something with the rows that something is held back of, in batches.</summary>
    /// <param name="action">Receives the known cells, the number of the first row, how many rows, and memory for its thread.</param>
    /// <param name="threads">On how many threads.</param>
    /// <param name="cancel">Looked at before every batch.</param>
    public void ForEachBatch(RowBatches.Action action, int threads, CancellationToken cancel) =>
        RowBatches.ForEach(Rest, _rows, action, threads, cancel);

    private static double Square(double x) => x * x;

    private static double CrossEntropy(ReadOnlySpan<float> logits, int category)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (float logit in logits)
            largest = Math.Max(largest, logit);
        foreach (float logit in logits)
            sum += Math.Exp(logit - largest);
        return largest + Math.Log(sum) - logits[category];
    }
}
