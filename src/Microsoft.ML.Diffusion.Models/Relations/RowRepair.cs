using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>Makes rows satisfy relations, one change after another, each the smallest that helps most.</summary>
/// <remarks>A search by least conflicts (Minton et al. 1992): of the first broken relation every way to mend it is rated by how far
/// cells move, how many relations are broken after it, and how often the cell was changed before, so that no cycle goes on for
/// ever.</remarks>
internal sealed class RowRepair
{
    private const double BrokenCost = 3, AgainCost = 2, ChanceCost = .2;

    // A search that ended in a dead end begins again from the row as it came, with more chance each time.
    private const int MostTries = 12;

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
        bool[] isContradicted = Contradicted(row, isFixed);
        RepairContext context = new(_lattices, random);
        double[] original = row.ToArray();
        if (Search(row, isFixed, (bool[])isContradicted.Clone(), context, chance: 0))
            return true;
        double[] tried = new double[row.Length];
        int least = CountBroken(row, isContradicted);
        for (int attempt = 1; attempt < MostTries && least > 0; attempt++)
        {
            original.CopyTo(tried, 0);
            Search(tried, isFixed, (bool[])isContradicted.Clone(), context, chance: attempt);
            int broken = CountBroken(tried, isContradicted);
            if (broken >= least)
                continue;
            least = broken;
            tried.CopyTo(row);
        }
        return FirstBroken(row, 0, null) < 0;
    }

    private int CountBroken(ReadOnlySpan<double> row, bool[] isContradicted)
    {
        int broken = 0;
        for (int i = 0; i < _relations.Length; i++)
            broken += !isContradicted[i] && !IsWell(row, i) ? 1 : 0;
        return broken;
    }

    /// <summary>One search.</summary>
    /// <param name="row">The row.</param>
    /// <param name="isFixed">The cells that must stay.</param>
    /// <param name="isLeft">The relations that stay broken; those without a way to mend them are added.</param>
    /// <param name="context">Suggests and draws.</param>
    /// <param name="chance">How much chance decides, in deviations; 0 for little, where the first broken relation is mended first.</param>
    private bool Search(Span<double> row, ReadOnlySpan<bool> isFixed, bool[] isLeft, RepairContext context, int chance)
    {
        int[] changes = new int[row.Length];
        int most = (20 + (4 * _relations.Length)) * Math.Min(4, 1 + chance);
        for (int step = 0; step < most; step++)
        {
            int broken = chance == 0 ? -1 : FirstBroken(row, (int)(context.Draw() * _relations.Length), isLeft);
            broken = broken < 0 ? FirstBroken(row, 0, isLeft) : broken;
            if (broken < 0)
                break;
            context.Changes.Clear();
            _relations[broken].Suggest(context, row, isFixed);
            if (context.Changes.Count == 0 && (chance == 0 || !TryMove(row, isFixed, _relations[broken], context)))
            {
                isLeft[broken] = true;
                continue;
            }
            if (context.Changes.Count == 0)
                continue;
            Change best = default;
            double least = double.PositiveInfinity;
            foreach (Change change in context.Changes)
            {
                double cost = (change.Cost * (1 + (ChanceCost * context.Draw()))) + (chance == 0 ? 0 : chance * context.Draw())
                    + (BrokenCost * BrokenAfter(row, change, isLeft)) + (AgainCost * changes[change.Column])
                    + (change.OtherColumn < 0 ? 0 : AgainCost * changes[change.OtherColumn]);
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

    // No single cell mends the relation: a free one moves anywhere in its range, and the others follow.
    private bool TryMove(Span<double> row, ReadOnlySpan<bool> isFixed, Relation relation, RepairContext context)
    {
        int first = (int)(context.Draw() * relation.Places.Length);
        bool hasOther = false;
        foreach (int column in relation.Places)
            hasOther |= !isFixed[column] && !_lattices[column].IsCategory && !_lattices[column].HasFewValues;
        for (int i = 0; i < relation.Places.Length; i++)
        {
            int column = relation.Places[(first + i) % relation.Places.Length];
            ColumnLattice lattice = _lattices[column];
            if (isFixed[column] || lattice.IsCategory || (hasOther && lattice.HasFewValues))
                continue;
            row[column] = lattice.Snap(lattice.Minimum + (context.Draw() * (lattice.Maximum - lattice.Minimum)));
            return true;
        }
        return false;
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
