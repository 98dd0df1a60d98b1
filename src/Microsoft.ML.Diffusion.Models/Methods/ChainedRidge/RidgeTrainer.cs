using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.ChainedRidge;

/// <summary>Fits the regressions of a <see cref="ChainedRidgePredictor"/>: every sweep all of them side by side, on the table as
/// the sweep before has filled it.</summary>
internal sealed class RidgeTrainer
{
    // Multiplications that a fit may take: a few seconds.
    private const double MostWork = 1e10;

    // What wide tables are left with at least.
    private const int FewestInputs = 20, FewestRows = 300, FewestSweeps = 2;

    private readonly TableEncoder _encoder;
    private readonly EncodedRows _table;
    private readonly RidgeSettings _settings;
    private readonly int _threads;
    private readonly CancellationToken _cancel;
    private readonly int[] _rows;
    private readonly int _width;
    private readonly int _inputs;
    private readonly int _sweeps;
    private readonly TrainingDeadline _deadline;

    public RidgeTrainer(
        EncodedRows table, RidgeSettings settings, Philox random, int threads, TrainingDeadline deadline, CancellationToken cancel)
    {
        (_encoder, _table, _settings, _deadline) = (table.Encoder, table, settings, deadline);
        (_threads, _cancel) = (threads, cancel);
        _width = table.Width;
        int most = Math.Min(settings.MostInputs, _encoder.SlotCount), rows = Math.Min(settings.MostRows, table.RowCount);
        _sweeps = settings.Sweeps;
        _inputs = (int)Math.Clamp(Math.Sqrt(MostWork / ((double)_width * rows * _sweeps)), Math.Min(FewestInputs, most), most);
        double perRow = (double)_width * _inputs * (_inputs + _encoder.SlotCount / (double)_width);
        while (_sweeps > FewestSweeps && perRow * rows * _sweeps > MostWork)
            _sweeps--;
        while (rows > FewestRows && perRow * rows * _sweeps > MostWork)
            rows = Math.Max(FewestRows, rows / 2);
        _rows = RowSample.Of(table.RowCount, rows, random);
    }

    public ChainedRidgePredictor Fit()
    {
        int slots = _encoder.SlotCount;
        float[] means = SlotMeans.Of(_table, new int[_width]);
        float[] filled = new float[_rows.Length * slots];
        for (int row = 0; row < _rows.Length; row++)
            SlotMeans.WriteRow(_encoder, Row(row), means, filled.AsSpan(row * slots, slots));

        int[][] inputs = new int[_width][];
        ParallelLoop.Run(_width, column => inputs[column] = _deadline.IsOver ? [] : InputsOf(column, filled), _threads, _cancel);
        var models = new RidgeModel?[_width];
        for (int sweep = 0; sweep < _sweeps && !(sweep > 0 && _deadline.IsOver); sweep++)
        {
            ParallelLoop.Run(_width, column =>
            {
                // Out of time, what was fitted before is kept, and the mean is all that is left of a column that was not.
                if (!_deadline.IsOver)
                    models[column] = FitColumn(column, inputs[column], filled);
                else
                    models[column] ??= FitColumn(column, [], filled);
            }, _threads, _cancel);
            // As a new row is filled: the first column's answer is what the second one sees.
            ParallelLoop.Run(_rows.Length, row =>
            {
                if (_deadline.IsOver)
                    return;
                Span<float> own = filled.AsSpan(row * slots, slots);
                for (int i = 0; i < _width; i++)
                {
                    EncodedColumn column = _encoder.Encoded[i];
                    if (float.IsNaN(Row(row)[i]))
                        models[i]!.Predict(own, own.Slice(column.FirstSlot, column.SlotCount), column.Scaler is null);
                }
            }, _threads, _cancel);
        }
        return new ChainedRidgePredictor(_encoder, means, models!, _settings.Passes);
    }

    private ReadOnlySpan<float> Row(int row) => _table.Row(_rows[row]);

    /// <summary>Least squares over the rows in which the column is known, through the normal equations around the means.</summary>
    private RidgeModel FitColumn(int column, int[] inputs, float[] filled)
    {
        EncodedColumn own = _encoder.Encoded[column];
        int count = inputs.Length, targets = own.SlotCount, all = count + targets, known = 0;
        double[] means = new double[all], values = new double[all], products = new double[count * all];
        for (int row = 0; row < _rows.Length; row++)
        {
            if (float.IsNaN(Row(row)[column]))
                continue;
            known++;
            Read(filled.AsSpan(row * _encoder.SlotCount, _encoder.SlotCount), inputs, own, values);
            DenseMatrix.AddScaled(means, 1, values);
        }
        for (int i = 0; i < all; i++)
            means[i] /= Math.Max(1, known);
        for (int row = 0; row < _rows.Length; row++)
        {
            if (float.IsNaN(Row(row)[column]))
                continue;
            Read(filled.AsSpan(row * _encoder.SlotCount, _encoder.SlotCount), inputs, own, values);
            DenseMatrix.AddScaled(values, -1, means);
            for (int i = 0; i < count; i++)
                DenseMatrix.AddScaled(products.AsSpan((i * all) + i, all - i), values[i], values.AsSpan(i));
        }
        double[] system = new double[count * count], solution = new double[count], coefficients = new double[targets * (count + 1)];
        for (int i = 0; i < count; i++)
        {
            products.AsSpan(i * all, count).CopyTo(system.AsSpan(i * count));
            // An input that never varies gets no coefficient, and one row is not to fix them all.
            system[(i * count) + i] = (system[(i * count) + i] * (1 + _settings.Ridge)) + 1e-3;
        }
        DenseMatrix.Factor(system, count);
        for (int target = 0; target < targets; target++)
        {
            for (int i = 0; i < count; i++)
                solution[i] = products[(i * all) + count + target];
            DenseMatrix.Solve(system, solution);
            Span<double> place = coefficients.AsSpan(target * (count + 1), count + 1);
            solution.CopyTo(place);
            place[count] = means[count + target] - DenseMatrix.Dot(solution, means.AsSpan(0, count));
        }
        return new RidgeModel(inputs, coefficients);
    }

    private static void Read(ReadOnlySpan<float> slots, int[] inputs, EncodedColumn own, Span<double> values)
    {
        for (int i = 0; i < inputs.Length; i++)
            values[i] = slots[inputs[i]];
        for (int i = 0; i < own.SlotCount; i++)
            values[inputs.Length + i] = slots[own.FirstSlot + i];
    }

    /// <summary>The slots of the other columns, or those with the strongest correlation to one of the column's own.</summary>
    private int[] InputsOf(int column, float[] filled)
    {
        EncodedColumn own = _encoder.Encoded[column];
        int slots = _encoder.SlotCount;
        IEnumerable<int> others = Enumerable.Range(0, slots).Where(slot => slot < own.FirstSlot || slot >= own.FirstSlot + own.SlotCount);
        // What is computed from a column is missing wherever the column is.
        others = ComputedCells.Of(_encoder)?.Unrelated(_encoder, column, others) ?? others;
        if (slots - own.SlotCount <= _inputs)
            return [.. others];
        double[] strengths = new double[slots], means = new double[slots], squares = new double[slots], values = new double[slots];
        for (int row = 0; row < _rows.Length; row++)
        {
            for (int i = 0; i < slots; i++)
                means[i] += filled[(row * slots) + i] / (double)_rows.Length;
        }
        // Of a column of categories the most frequent one tells.
        int target = Enumerable.Range(own.FirstSlot, own.SlotCount).MaxBy(slot => means[slot]);
        for (int row = 0; row < _rows.Length; row++)
        {
            for (int i = 0; i < slots; i++)
            {
                values[i] = filled[(row * slots) + i] - means[i];
                squares[i] += values[i] * values[i];
            }
            DenseMatrix.AddScaled(strengths, values[target], values);
        }
        double Strength(int slot) => squares[slot] > 0 ? Math.Abs(strengths[slot]) / Math.Sqrt(squares[slot]) : 0;
        return [.. others.OrderByDescending(Strength).ThenBy(slot => slot).Take(_inputs).Order()];
    }
}
