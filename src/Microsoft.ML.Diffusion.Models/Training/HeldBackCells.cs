using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models;

/// <summary>Observed cells that a network never sees, on which its weights are compared.</summary>
internal sealed class HeldBackCells
{
    // Enough to tell better weights from worse ones; more would only take time.
    private const int MostRows = 2000;
    private const int BatchSize = 250;

    private readonly float[] _cells;
    private readonly int[] _rows;
    private readonly int _width;

    /// <param name="cells">Encoded rows; left as they are.</param>
    /// <param name="width">Cells per row.</param>
    /// <param name="share">The share of observed cells to hold back.</param>
    /// <param name="random">Which ones.</param>
    public HeldBackCells(float[] cells, int width, double share, Philox random)
    {
        _cells = cells;
        _width = width;
        Rest = (float[])cells.Clone();
        int rowCount = cells.Length / width;
        int[] order = new int[rowCount];
        random.Fork(0).Permutation(order);
        Philox choice = random.Fork(1);
        List<int> rows = [];
        foreach (int row in order.AsSpan(0, Math.Min(rowCount, MostRows)))
        {
            int before = Count;
            for (int i = row * width; i < (row + 1) * width; i++)
            {
                if (float.IsNaN(cells[i]) || choice.Uniform((ulong)i) >= share)
                    continue;
                Rest[i] = float.NaN;
                Count++;
            }
            if (Count > before)
                rows.Add(row);
        }
        _rows = [.. rows];
    }

    /// <summary>The rows without the cells held back.</summary>
    public float[] Rest { get; }

    /// <summary>How many cells are held back.</summary>
    public int Count { get; private set; }

    /// <summary>The mean over held-back cells of a number's squared error or a category's cross-entropy, given the rest of
    /// the row at full noise.</summary>
    public double Error(TableEncoder encoder, ConditionalDenoiser denoiser, Tape tape, CancellationToken cancel)
    {
        double sum = 0;
        for (int start = 0; start < _rows.Length; start += BatchSize)
        {
            cancel.ThrowIfCancellationRequested();
            ReadOnlySpan<int> rows = _rows.AsSpan(start, Math.Min(BatchSize, _rows.Length - start));
            tape.Reset();
            Tensor input = tape.Input(new Shape(rows.Length, denoiser.Input.Width));
            for (int i = 0; i < rows.Length; i++)
                denoiser.Input.Write(Rest.AsSpan(rows[i] * _width, _width), [], 1, input.Data.Slice(i * input.Columns, input.Columns));
            Tensor prediction = denoiser.Forward(tape, input);
            for (int i = 0; i < rows.Length; i++)
                sum += RowError(encoder, rows[i], prediction.Data.Slice(i * prediction.Columns, prediction.Columns));
        }
        return sum / Count;
    }

    private double RowError(TableEncoder encoder, int row, ReadOnlySpan<float> prediction)
    {
        double sum = 0;
        for (int i = 0; i < _width; i++)
        {
            int cell = row * _width + i;
            if (!float.IsNaN(Rest[cell]) || float.IsNaN(_cells[cell]))
                continue;
            EncodedColumn column = encoder.Encoded[i];
            ReadOnlySpan<float> slots = prediction.Slice(column.FirstSlot, column.SlotCount);
            sum += column.Scaler is null ? CrossEntropy(slots, (int)_cells[cell]) : Square(slots[0] - _cells[cell]);
        }
        return sum;
    }

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
