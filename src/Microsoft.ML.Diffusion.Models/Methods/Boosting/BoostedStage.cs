using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Boosting;

/// <summary>Boosted trees of every column of numbers, whose inputs are all other columns of rows that another predictor has filled: a
/// second look at a row, as chained equations take it (van Buuren 2007).</summary>
internal sealed class BoostedStage
{
    // With fewer rows nothing is gained.
    private const int FewestRows = 200;

    // Trees of a column, and the rows that they grow from at most. More of either costs more than it gains.
    private const int Trees = 100, MostRows = 10_000;

    // The most inputs of a column: those with the strongest correlation.
    private const int MostInputs = 60;

    // Rows times inputs that all trees together may look at, about five times for each tree: a few seconds.
    private const double MostSteps = 6e8;

    private readonly TableEncoder _encoder;
    private readonly TreeEnsemble?[] _columns;
    private readonly ColumnRange[] _ranges;

    private BoostedStage(TableEncoder encoder, TreeEnsemble?[] columns, ColumnRange[] ranges) =>
        (_encoder, _columns, _ranges) = (encoder, columns, ranges);

    /// <summary>Fits the trees.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="first">Fills what is unknown in them.</param>
    /// <param name="onlyMissing">Whether columns in which nothing is missing have no trees.</param>
    /// <param name="random">Which rows are taken of many.</param>
    /// <param name="threads">How many to use; changes no bit.</param>
    /// <param name="deadline">When it has to be done.</param>
    /// <param name="cancel">Looked at before every tree.</param>
    /// <returns>Null for a table with few rows or no numbers, or out of time.</returns>
    public static BoostedStage? Fit(
        EncodedRows rows, CellPredictor first, bool onlyMissing, Philox random, int threads, TrainingDeadline deadline,
        CancellationToken cancel)
    {
        TableEncoder encoder = rows.Encoder;
        bool[] isMissing = onlyMissing ? rows.FindMissingColumns() : [];
        int[] numbers = [.. Enumerable.Range(0, rows.Width).Where(column =>
            encoder.Encoded[column].Scaler is not null && (isMissing.Length == 0 || isMissing[column]))];
        int inputs = Math.Min(MostInputs, encoder.SlotCount - 1);
        if (numbers.Length == 0 || inputs == 0)
            return null;
        double most = MostSteps / Trees / inputs / numbers.Length;
        int[] sample = RowSample.Of(rows.RowCount, (int)Math.Min(MostRows, most), random);
        if (sample.Length < FewestRows)
            return null;
        float[] filled = Fill(rows, sample, first, threads, deadline, cancel);
        var computed = ComputedCells.Of(encoder);
        TreeEnsemble?[] columns = new TreeEnsemble?[rows.Width];
        ParallelLoop.Run(
            numbers.Length,
            i => columns[numbers[i]] = Grow(rows, sample, filled, computed, numbers[i], deadline, cancel),
            threads,
            cancel);
        return deadline.IsOver || Array.TrueForAll(columns, column => column is null)
            ? null : new BoostedStage(encoder, columns, ColumnRange.OfAll(rows));
    }

    /// <summary>Whether a column has trees.</summary>
    public bool Has(int column) => _columns[column] is not null;

    /// <summary>What the trees say of a number, within the range that was observed.</summary>
    /// <param name="column">An encoded column that has trees.</param>
    /// <param name="slots">The slots of the filled row.</param>
    public float Predict(int column, ReadOnlySpan<float> slots)
    {
        Span<float> own = stackalloc float[1];
        _columns[column]!.Predict(slots, own);
        return Math.Clamp(own[0], _ranges[column].Minimum, _ranges[column].Maximum);
    }

    /// <summary>Writes the slots of a row: known cells as they are, unknown ones as they were predicted.</summary>
    /// <param name="encoder">The columns.</param>
    /// <param name="cells">The encoded cells, NaN where unknown.</param>
    /// <param name="predictions">The slots that were predicted.</param>
    /// <param name="slots">Receives the slots.</param>
    public static void Complete(TableEncoder encoder, ReadOnlySpan<float> cells, ReadOnlySpan<float> predictions, Span<float> slots)
    {
        encoder.WriteKnown(cells, slots);
        for (int i = 0; i < cells.Length; i++)
        {
            EncodedColumn column = encoder.Encoded[i];
            if (float.IsNaN(cells[i]))
                predictions.Slice(column.FirstSlot, column.SlotCount).CopyTo(slots[column.FirstSlot..]);
        }
    }

    public void Save(BinaryWriter writer)
    {
        for (int i = 0; i < _columns.Length; i++)
        {
            writer.Write(_columns[i] is not null);
            if (_columns[i] is not { } trees)
                continue;
            writer.Write(_ranges[i].Minimum);
            writer.Write(_ranges[i].Maximum);
            trees.Save(writer);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static BoostedStage Load(BinaryReader reader, TableEncoder encoder)
    {
        TreeEnsemble?[] columns = new TreeEnsemble?[encoder.Encoded.Count];
        ColumnRange[] ranges = new ColumnRange[columns.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            if (!reader.ReadBoolean())
                continue;
            CheckedReading.Require(encoder.Encoded[i].Scaler is not null, "a column of categories has boosted trees");
            ranges[i] = new ColumnRange(reader.ReadSingle(), reader.ReadSingle());
            bool isRange = float.IsFinite(ranges[i].Minimum) && float.IsFinite(ranges[i].Maximum) && ranges[i].Minimum <= ranges[i].Maximum;
            CheckedReading.Require(isRange, "the range of a column makes no sense");
            columns[i] = TreeEnsemble.Load(reader, categories: 0, encoder.SlotCount);
        }
        return new BoostedStage(encoder, columns, ranges);
    }

    private static float[] Fill(
        EncodedRows rows, int[] sample, CellPredictor first, int threads, TrainingDeadline deadline, CancellationToken cancel)
    {
        TableEncoder encoder = rows.Encoder;
        int slots = encoder.SlotCount, width = rows.Width;
        float[] filled = new float[sample.Length * slots];
        RowBatches.ForEach(
            rows,
            sample,
            (cells, firstRow, count, workspace) =>
            {
                // Out of time nothing grows from the rows.
                if (deadline.IsOver)
                    return;
                float[] predictions = new float[count * slots];
                first.Predict(cells, count, predictions, workspace, cancel);
                for (int i = 0; i < count; i++)
                {
                    Complete(
                        encoder, cells.Slice(i * width, width), predictions.AsSpan(i * slots, slots),
                        filled.AsSpan((firstRow + i) * slots, slots));
                }
            },
            threads,
            cancel);
        return filled;
    }

    private static TreeEnsemble? Grow(
        EncodedRows rows, int[] sample, float[] filled, ComputedCells? computed, int column, TrainingDeadline deadline,
        CancellationToken cancel)
    {
        TableEncoder encoder = rows.Encoder;
        int slots = encoder.SlotCount, own = encoder.Encoded[column].FirstSlot;
        int[] known = [.. Enumerable.Range(0, sample.Length).Where(i => !float.IsNaN(rows.Row(sample[i])[column]))];
        if (known.Length < FewestRows)
            return null;
        IEnumerable<int> others = Enumerable.Range(0, slots).Where(slot => slot != own);
        int[] inputs = [.. computed?.Unrelated(encoder, column, others) ?? others];
        if (inputs.Length > MostInputs)
        {
            double[] strengths = [.. inputs.Select(slot => Math.Abs(Correlation(filled, slots, known, slot, own)))];
            inputs = [.. Enumerable.Range(0, inputs.Length).OrderByDescending(i => strengths[i]).ThenBy(i => i)
                .Take(MostInputs).Order().Select(i => inputs[i])];
        }
        if (inputs.Length == 0)
            return null;
        var grown = new TreeRows(0, inputs, [.. known.Select(i => rows.Row(sample[i])[column])]);
        for (int i = 0; i < known.Length; i++)
            grown.Take(i, filled.AsSpan(known[i] * slots, slots));
        var grower = new BoostedGrower(grown);
        List<GrownTree> trees = [];
        while (trees.Count < Trees && !deadline.IsOver)
        {
            cancel.ThrowIfCancellationRequested();
            if (grower.Grow() is not { } tree)
                break;
            trees.Add(tree);
        }
        // An ensemble says the mean of its trees: theirs times their number is the sum, to which the first tree adds the start.
        return trees.Count == 0 ? null : new TreeEnsemble(0, inputs, [.. trees.Select((tree, i) => tree with
        {
            Nodes = [.. tree.Nodes.Select(node => node.IsLeaf
                ? TreeNode.Leaf((float)((node.Value + (i == 0 ? grower.Start : 0)) * trees.Count), 0) : node)],
        })]);
    }

    private static double Correlation(float[] filled, int slots, int[] rows, int first, int second)
    {
        double x = 0, y = 0, xx = 0, xy = 0, yy = 0;
        foreach (int row in rows)
        {
            double one = filled[(row * slots) + first], other = filled[(row * slots) + second];
            (x, y, xx, xy, yy) = (x + one, y + other, xx + (one * one), xy + (one * other), yy + (other * other));
        }
        double scale = (xx - (x * x / rows.Length)) * (yy - (y * y / rows.Length));
        return scale > 0 ? (xy - (x * y / rows.Length)) / Math.Sqrt(scale) : 0;
    }
}
