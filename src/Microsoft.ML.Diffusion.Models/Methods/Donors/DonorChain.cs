using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Donors;

/// <summary>Sweeps over the columns: each column's tree grows from the rows that know it, their other cells as drawn so far; then its
/// unknown cells are drawn anew from that tree. The trees of the last sweeps are kept, so that each has grown from other draws of the
/// unknown cells.</summary>
internal sealed class DonorChain
{
    /// <summary>All sweeps.</summary>
    public const int Sweeps = BurnIn + Kept;

    // Sweeps whose trees are not kept, and whose trees are.
    private const int BurnIn = 3, Kept = 5;

    // No sweep has this number.
    private const ulong LeafStream = 1UL << 32;

    private readonly EncodedRows _table;
    private readonly TableEncoder _encoder;
    private readonly ObservedNumbers _numbers;
    private readonly DonorTarget?[] _targets;
    private readonly TreeSettings _settings;
    private readonly Philox _random;
    private readonly TrainingDeadline _deadline;
    private readonly TreeGrower _grower = new();

    // [rows, slots]: the rows, their unknown cells as drawn so far.
    private readonly float[] _filled;

    /// <param name="table">The rows.</param>
    /// <param name="numbers">The numbers among which is drawn.</param>
    /// <param name="targets">One a column; null for columns without trees.</param>
    /// <param name="tried">The share of the inputs that are tried at every node.</param>
    /// <param name="random">What the chain is random in.</param>
    /// <param name="deadline">When it is over, the trees so far are kept.</param>
    public DonorChain(
        EncodedRows table, ObservedNumbers numbers, DonorTarget?[] targets, double tried, Philox random, TrainingDeadline deadline)
    {
        (_table, _encoder, _numbers, _targets, _random, _deadline) = (table, table.Encoder, numbers, targets, random, deadline);
        _settings = new TreeSettings { Tried = tried };
        _filled = new float[table.RowCount * _encoder.SlotCount];
        FillByChance();
    }

    /// <summary>Grows the trees.</summary>
    /// <param name="cancel">Looked at before every tree.</param>
    /// <returns>The trees of every column.</returns>
    public List<DonorTree>[] Run(CancellationToken cancel) => Run(Sweeps, cancel);

    /// <summary>Draws the unknown cells some times, as before trees are kept.</summary>
    /// <param name="cancel">Looked at before every tree.</param>
    public void BeginWith(CancellationToken cancel) => Run(BurnIn, cancel);

    private List<DonorTree>[] Run(int sweeps, CancellationToken cancel)
    {
        List<DonorTree>[] trees = [.. _targets.Select(_ => new List<DonorTree>())];
        for (int sweep = 0; sweep < sweeps; sweep++)
        {
            for (int column = 0; column < _targets.Length; column++)
            {
                cancel.ThrowIfCancellationRequested();
                if (_targets[column] is not { } target)
                    continue;
                Philox own = _random.Fork((ulong)sweep + 1).Fork((ulong)column);
                DonorTree tree = Grow(target, own.Fork(0));
                // It was not grown to its end.
                if (_deadline.IsOver)
                    return trees;
                // Where time ends during the first sweeps, the last trees there are must do.
                if (sweep <= BurnIn)
                    trees[column].Clear();
                trees[column].Add(tree);
                Redraw(target, column, tree, own.Fork(1));
            }
        }
        return trees;
    }

    /// <summary>How large the leaves of one column's trees are best, the unknown cells of other columns as drawn so far.</summary>
    /// <param name="column">A column with a target.</param>
    public int ChooseSplit(int column)
    {
        int slots = _encoder.SlotCount;
        return DonorLeaves.Choose(
            _targets[column]!,
            row => _filled.AsMemory(row * slots, slots),
            _settings,
            _random.Fork(LeafStream).Fork((ulong)column),
            _deadline);
    }

    /// <summary>Gives every unknown cell the value of some row that knows the column.</summary>
    private void FillByChance()
    {
        int slots = _encoder.SlotCount;
        for (int column = 0; column < _targets.Length; column++)
        {
            Philox own = _random.Fork(0).Fork((ulong)column);
            EncodedColumn description = _encoder.Encoded[column];
            int[] known = [.. Enumerable.Range(0, _table.RowCount).Where(row => !float.IsNaN(_table.Row(row)[column]))];
            for (int row = 0; row < _table.RowCount; row++)
            {
                float cell = _table.Row(row)[column];
                if (float.IsNaN(cell))
                    cell = known.Length == 0 ? 0 : _table.Row(known[own.Below((ulong)row, known.Length)])[column];
                DonorDraws.Put(_filled.AsSpan(row * slots, slots), description, cell);
            }
        }
    }

    private DonorTree Grow(DonorTarget target, Philox own)
    {
        int slots = _encoder.SlotCount;
        var rows = new TreeRows(target.Categories, target.Inputs, target.Targets);
        for (int i = 0; i < target.Rows.Length; i++)
            rows.Take(i, _filled.AsSpan(target.Rows[i] * slots, slots));
        TreeSettings settings = _settings with { SmallestSplit = target.SmallestSplit };
        return DonorTree.Of(_grower.Grow(rows, settings, own, _deadline), rows, target.Donors);
    }

    private void Redraw(DonorTarget target, int column, DonorTree tree, Philox own)
    {
        int slots = _encoder.SlotCount;
        EncodedColumn description = _encoder.Encoded[column];
        for (int row = 0; row < _table.RowCount; row++)
        {
            if (!float.IsNaN(_table.Row(row)[column]))
                continue;
            Span<float> place = _filled.AsSpan(row * slots, slots);
            ushort drawn = tree.Draw(place, target.Inputs, own.Uniform((ulong)row));
            DonorDraws.Replace(place, description, DonorDraws.Cell(column, drawn, _encoder, _numbers));
        }
    }
}
