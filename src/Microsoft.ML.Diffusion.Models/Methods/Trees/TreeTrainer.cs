using System.Collections.Concurrent;
using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Trees;

/// <summary>Fits the trees of a <see cref="TreePredictor"/>.</summary>
internal sealed class TreeTrainer
{
    // Bins of an input for the best cut.
    private const int MostBins = 64;

    // Multiplications of filling inputs that a fit may take: a few seconds.
    private const double MostFilling = 4e9;

    // The share of a limited time for filling the inputs of trees, and how many rows are filled at least, at a time.
    private const double FillingShare = 0.4;
    private const int RowsAtOnce = 64;

    // What wide tables are left with at least.
    private const int FewestTrees = 10, EnoughTrees = 20, FewestInputs = 30, FewestRows = 500;

    // A random sequence that no tree has.
    private const ulong TrialStream = ulong.MaxValue - 1;

    private readonly TableEncoder _encoder;
    private readonly EncodedRows _table;
    private readonly GaussianPredictor _gaussian;
    private readonly TreeSettings _settings;
    private readonly Philox _random;
    private readonly int _threads;
    private readonly CancellationToken _cancel;
    private readonly ComputedCells? _computed;
    private readonly int _width;
    private readonly int _rowCount;
    private readonly int _trees;
    private readonly int _inputs;
    private readonly int _rows;
    private readonly int[] _grown;
    private readonly ConcurrentBag<TreeGrower> _growers = [];
    private readonly TrainingDeadline _deadline;
    private readonly TreeChoice?[] _chosen;
    private int _columnsLeft;

    public TreeTrainer(
        EncodedRows table, GaussianPredictor gaussian, TreeSettings settings, Philox random, int threads,
        TrainingDeadline deadline, CancellationToken cancel)
    {
        (_encoder, _table, _gaussian, _settings, _random, _deadline) = (table.Encoder, table, gaussian, settings, random, deadline);
        (_threads, _cancel) = (threads, cancel);
        _computed = ComputedCells.Of(_encoder);
        _width = table.Width;
        _rowCount = table.RowCount;
        _chosen = settings.Choices.Count == _width ? [.. settings.Choices] : new TreeChoice?[_width];
        bool[] isMissing = settings.OnlyMissingColumns ? table.FindMissingColumns() : [];
        _grown = [.. Enumerable.Range(0, _width).Where(column => isMissing.Length == 0 || isMissing[column])];

        // Trees are given up first, as far as that costs little; then inputs, rows, and trees again.
        double passes = settings.Passes > 1 ? settings.Passes - 1 + settings.FirstShare : settings.Passes;
        double sweeps = Math.Max(passes, settings.Sweeps), perInput = sweeps * _width * settings.Tried;
        double Steps(double rows) => perInput * rows * Math.Log2(rows + 2);
        _rows = Math.Min(_rowCount, settings.MostRows);
        int most = Math.Min(settings.MostInputs, Math.Max(1, _encoder.SlotCount - 1));
        int enough = Math.Min(EnoughTrees, settings.Trees);
        _trees = (int)Math.Clamp(settings.MostSteps / Steps(_rows) / most, enough, settings.Trees);
        _inputs = (int)Math.Clamp(settings.MostSteps / Steps(_rows) / _trees, Math.Min(FewestInputs, most), most);
        while (_rows > FewestRows && Steps(_rows) * _inputs * _trees > settings.MostSteps)
            _rows = Math.Max(FewestRows, _rows / 2);
        _trees = (int)Math.Clamp(settings.MostSteps / Steps(_rows) / _inputs, Math.Min(FewestTrees, _trees), _trees);
    }

    public TreePredictor Fit()
    {
        if (_settings.Sweeps > 0)
            return Chain();
        float[]? filled = null;
        if (!CanHide(trees: false))
        {
            // So wide that one column more or less hardly changes what fills the others.
            filled = new float[_rowCount * _encoder.SlotCount];
            Fill(filled);
        }
        int passes = filled is null && CanHide(trees: true) ? _settings.Passes : 1;
        _columnsLeft = passes * _grown.Length;
        TreeEnsemble?[][] stages = [];
        for (int pass = 0; pass < passes && !(pass > 0 && _deadline.IsOver); pass++)
        {
            var soFar = new TreePredictor(_encoder, _gaussian, stages, pass);
            TreeEnsemble?[] stage = new TreeEnsemble?[_width];
            foreach (int column in _grown)
                stage[column] = FitColumn(column, pass, soFar, filled);
            stages = [.. stages, stage];
        }
        return new TreePredictor(_encoder, _gaussian, stages, passes) { Choices = _chosen };
    }

    /// <summary>The trees of every column again and again, on the table as the trees before have filled it.</summary>
    private TreePredictor Chain()
    {
        int slots = _encoder.SlotCount;
        float[] filled = new float[_rowCount * slots];
        Fill(filled);
        TreeEnsemble?[] stage = new TreeEnsemble?[_width];
        int[] order = [.. _grown.OrderBy(Unknown)];
        _columnsLeft = _settings.Sweeps * _grown.Length;
        for (int sweep = 0; sweep < _settings.Sweeps && !(sweep > 0 && _deadline.IsOver); sweep++)
        {
            foreach (int column in order)
            {
                TreeEnsemble trees = FitColumn(column, sweep, null, filled);
                stage[column] = trees;
                EncodedColumn description = _encoder.Encoded[column];
                ParallelLoop.Run(_rowCount, row =>
                {
                    // Out of time, what the sweep before has filled in stays.
                    if (_deadline.IsOver || !float.IsNaN(_table.Row(row)[column]))
                        return;
                    Span<float> own = filled.AsSpan(row * slots, slots);
                    trees.Predict(own, own.Slice(description.FirstSlot, description.SlotCount));
                }, _threads, _cancel);
            }
        }
        return new TreePredictor(_encoder, _gaussian, [stage], _settings.Passes);
    }

    /// <summary>Fills the table with Gaussian conditional means.</summary>
    private void Fill(float[] filled)
    {
        int slots = _encoder.SlotCount;
        var gaussian = new TreePredictor(_encoder, _gaussian, [], 0);
        TrainingDeadline filling = _deadline.First(FillingShare);
        ParallelLoop.Run(_rowCount, row =>
        {
            ReadOnlySpan<float> own = _table.Row(row);
            if (filling.IsOver)
                _encoder.WriteKnown(own, filled.AsSpan(row * slots, slots));
            else
                gaussian.Predict(own, -1, filled.AsSpan(row * slots, slots), 0);
        }, _threads, _cancel);
    }

    private int Unknown(int column) => Enumerable.Range(0, _rowCount).Count(row => float.IsNaN(_table.Row(row)[column]));

    private TreeEnsemble FitColumn(int column, int stage, TreePredictor? soFar, float[]? filled)
    {
        Philox random = _random.Fork((ulong)stage).Fork((ulong)column);
        TrainingDeadline deadline = _deadline.First(1.0 / Math.Max(1, _columnsLeft--));
        int[] known = [.. Enumerable.Range(0, _rowCount).Where(row => !float.IsNaN(_table.Row(row)[column]))];
        int[] places = RowSample.Of(known.Length, _rows, random.Fork(0));
        // Only the first of them may be looked at, and tables are often sorted.
        if (deadline.IsLimited || _settings.IsTried)
            places = Shuffled(places, random.Fork(ulong.MaxValue));
        var rows = new TreeRows(
            _encoder.Encoded[column].Categories,
            InputsOf(column),
            [.. places.Select(place => _table.Row(known[place])[column])]);
        rows = Take(rows, known, places, column, soFar, filled, stage, deadline.First(FillingShare));
        if (_settings.Forest)
            rows.Sort(MostBins);
        TreeSettings settings = SettingsOf(column, rows, random.Fork(TrialStream), deadline);
        bool isFirst = stage == 0 && _settings.Sweeps == 0 && _settings.Passes > 1;
        GrownTree?[] trees = new GrownTree?[isFirst ? (int)Math.Ceiling(_settings.FirstShare * _trees) : _trees];
        ParallelLoop.Run(trees.Length, i =>
        {
            // One tree there must be.
            if (i > 0 && deadline.IsOver)
                return;
            GrownTree tree = Grow(rows, settings, random.Fork((ulong)i + 1), deadline);
            trees[i] = i == 0 || !deadline.IsOver ? tree : null;
        }, _threads, _cancel);
        return new TreeEnsemble(rows.Categories, rows.Inputs, [.. trees.OfType<GrownTree>()]);
    }

    private GrownTree Grow(TreeRows rows, TreeSettings settings, Philox random, TrainingDeadline deadline)
    {
        TreeGrower grower = _growers.TryTake(out TreeGrower? free) ? free : new TreeGrower();
        GrownTree tree = grower.Grow(rows, settings, random, deadline);
        _growers.Add(grower);
        return tree;
    }

    /// <summary>How the trees of a column are grown, tried once for every column.</summary>
    private TreeSettings SettingsOf(int column, TreeRows rows, Philox random, TrainingDeadline deadline)
    {
        if (!_settings.IsTried || deadline.IsLimited || rows.Count < TreeTrial.FewestRows)
            return _settings;
        TreeChoice choice = _chosen[column] ??= TreeTrial.Choose(
            rows, _settings, _trees, (rows, settings, random) => Grow(rows, settings, random, deadline), random, _threads, _cancel);
        return _settings with { SmallestSplit = choice.SmallestSplit, Tried = choice.Tried };
    }

    private static int[] Shuffled(int[] places, Philox random)
    {
        int[] order = new int[places.Length];
        random.Permutation(order);
        return Array.ConvertAll(order, i => places[i]);
    }

    /// <summary>Takes the inputs of the rows that trees grow from, as many as there is time for.</summary>
    private TreeRows Take(
        TreeRows rows, int[] known, int[] places, int column, TreePredictor? soFar, float[]? filled, int stage, TrainingDeadline deadline)
    {
        int atOnce = deadline.IsLimited ? RowsAtOnce : Math.Max(1, places.Length);
        for (int first = 0, end; first < places.Length; first = end)
        {
            if (first > 0 && deadline.IsOver)
                return rows.First(first);
            end = Math.Min(places.Length, first + atOnce);
            // More at a time as it goes on.
            atOnce = Math.Min(2 * atOnce, places.Length);
            int start = first, stop = end;
            ParallelLoop.Run((stop - start + RowsAtOnce - 1) / RowsAtOnce, part =>
            {
                float[] slots = new float[_encoder.SlotCount];
                for (int i = start + part * RowsAtOnce; i < Math.Min(stop, start + (part + 1) * RowsAtOnce); i++)
                {
                    _cancel.ThrowIfCancellationRequested();
                    int row = known[places[i]];
                    if (filled is null)
                        soFar!.Predict(_table.Row(row), column, slots, stage);
                    rows.Take(i, filled is null ? slots : filled.AsSpan(row * _encoder.SlotCount, _encoder.SlotCount));
                }
            }, _threads, _cancel);
        }
        return rows;
    }

    /// <summary>The slots of the other columns, or those with the strongest correlation to one of the column's own.</summary>
    private int[] InputsOf(int column)
    {
        EncodedColumn own = _encoder.Encoded[column];
        IEnumerable<int> others = Enumerable.Range(0, _encoder.SlotCount).Where(slot =>
            slot < own.FirstSlot || slot >= own.FirstSlot + own.SlotCount);
        // What is computed from a column is missing wherever the column is.
        others = _computed?.Unrelated(_encoder, column, others) ?? others;
        if (_encoder.SlotCount - own.SlotCount <= _inputs)
            return [.. others];
        double Strength(int slot) =>
            Enumerable.Range(own.FirstSlot, own.SlotCount).Max(mine => Math.Abs(_gaussian.Correlation(mine, slot)));
        return [.. others.OrderByDescending(Strength).ThenBy(slot => slot).Take(_inputs).Order()];
    }

    /// <summary>Whether there is time to fill the inputs of every column anew, without a look at it.</summary>
    private bool CanHide(bool trees)
    {
        double slots = _encoder.SlotCount, share = _table.CountMissing() / (double)Math.Max(1, _table.CellCount);
        double missing = (share * slots) + 1;
        double perRow = trees ? share * _width * _trees * 30 : (missing * missing * missing / 3) + (missing * slots);
        return _rows * (double)_width * perRow < MostFilling;
    }
}
