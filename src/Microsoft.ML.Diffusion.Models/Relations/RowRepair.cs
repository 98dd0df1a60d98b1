using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>Makes rows satisfy relations, one change after another, each the smallest that helps most.</summary>
/// <remarks>A search by least conflicts (Minton et al. 1992): of the first broken relation every way to mend it is rated by how far
/// cells move, how many relations are broken after it, and how often the cell was changed before, so that no cycle goes on for
/// ever.</remarks>
internal sealed class RowRepair
{
    private const double BrokenCost = 3, AgainCost = 2, ChanceCost = .2;

    private readonly ColumnLattice[] _lattices;
    private readonly Relation[] _relations;
    private readonly int[][] _touching;

    public RowRepair(ColumnLattice[] lattices, Relation[] relations)
    {
        _lattices = lattices;
        // What is computed before what is only bounded: a sum that is mended often mends the order too.
        _relations = [.. relations.OrderBy(relation => relation.Kind == RelationKind.Dependency ? -1 : (int)relation.Kind)];
        _touching = [.. Enumerable.Range(0, lattices.Length)
            .Select(column => Enumerable.Range(0, _relations.Length).Where(i =>
                Array.IndexOf(_relations[i].Places, column) >= 0).ToArray())];
    }

    /// <returns>Whether all relations hold.</returns>
    public bool Apply(Span<double> row, ReadOnlySpan<bool> isFixed, Philox random)
    {
        if (FirstBroken(row, 0, null) < 0)
            return true;
        bool[] isLeft = Contradicted(row, isFixed);
        int[] changes = new int[row.Length];
        RepairContext context = new(_lattices, random);
        int most = 20 + (4 * _relations.Length);
        for (int step = 0; step < most; step++)
        {
            int broken = FirstBroken(row, 0, isLeft);
            if (broken < 0)
                break;
            context.Changes.Clear();
            _relations[broken].Suggest(context, row, isFixed);
            if (context.Changes.Count == 0)
            {
                isLeft[broken] = true;
                continue;
            }
            Change best = default;
            double least = double.PositiveInfinity;
            foreach (Change change in context.Changes)
            {
                double cost = (change.Cost * (1 + (ChanceCost * context.Draw()))) + (BrokenCost * BrokenAfter(row, change, isLeft))
                    + (AgainCost * changes[change.Column]) + (change.OtherColumn < 0 ? 0 : AgainCost * changes[change.OtherColumn]);
                if (cost < least)
                    (best, least) = (change, cost);
            }
            Make(row, best);
            changes[best.Column]++;
            if (best.OtherColumn >= 0)
                changes[best.OtherColumn]++;
        }
        return FirstBroken(row, 0, null) < 0;
    }

    // Relations that fixed cells break, and those between two or more cells of such a relation.
    private bool[] Contradicted(ReadOnlySpan<double> row, ReadOnlySpan<bool> isFixed)
    {
        bool[] isLeft = new bool[_relations.Length];
        HashSet<int> doubtful = [];
        for (int i = 0; i < _relations.Length; i++)
        {
            bool isFree = false;
            foreach (int column in _relations[i].Places)
                isFree |= !isFixed[column];
            if (isFree || IsWell(row, i))
                continue;
            isLeft[i] = true;
            doubtful.UnionWith(_relations[i].Places);
        }
        for (int i = 0; i < _relations.Length; i++)
            isLeft[i] |= _relations[i].Places.Count(doubtful.Contains) >= 2;
        return isLeft;
    }

    private int FirstBroken(ReadOnlySpan<double> row, int from, bool[]? isLeft)
    {
        for (int i = from; i < _relations.Length; i++)
        {
            if (isLeft?[i] != true && !IsWell(row, i))
                return i;
        }
        return -1;
    }

    private bool IsWell(ReadOnlySpan<double> row, int relation) => !_relations[relation].IsSeen(row) || _relations[relation].Holds(row);

    private int BrokenAfter(Span<double> row, Change change, bool[] isLeft)
    {
        double before = row[change.Column], otherBefore = change.OtherColumn < 0 ? 0 : row[change.OtherColumn];
        Make(row, change);
        int broken = Count(row, change.Column, -1, isLeft) + (change.OtherColumn < 0 ? 0
            : Count(row, change.OtherColumn, change.Column, isLeft));
        row[change.Column] = before;
        if (change.OtherColumn >= 0)
            row[change.OtherColumn] = otherBefore;
        return broken;
    }

    private int Count(ReadOnlySpan<double> row, int column, int notColumn, bool[] isLeft)
    {
        int broken = 0;
        foreach (int i in _touching[column])
        {
            if (!isLeft[i] && (notColumn < 0 || Array.IndexOf(_relations[i].Places, notColumn) < 0) && !IsWell(row, i))
                broken++;
        }
        return broken;
    }

    private static void Make(Span<double> row, Change change)
    {
        row[change.Column] = change.Value;
        if (change.OtherColumn >= 0)
            row[change.OtherColumn] = change.OtherValue;
    }
}
