namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>What relations need to suggest changes of a row, and the changes that they have suggested.</summary>
internal sealed class RepairContext(IReadOnlyList<ColumnLattice> lattices, Tensors.Philox random)
{
    // More than any change within the ranges that were seen, and than leaving them.
    private const double NewValueCost = 20;

    private ulong _drawn;

    public IReadOnlyList<ColumnLattice> Lattices { get; } = lattices;

    public List<Change> Changes { get; } = [];

    /// <summary>Uniform in [0, 1).</summary>
    public double Draw() => random.Uniform(_drawn++);

    /// <summary>What it costs beside the distance to compute a cell of a column that has a few values from columns that have more: of a
    /// price list, a quantity and a total, the total is the one to compute, since no price that it leads to is on the list.</summary>
    /// <param name="column">The cell's column.</param>
    /// <param name="places">The columns of the relation.</param>
    public double Strangeness(int column, int[] places)
    {
        if (!Lattices[column].HasFewValues)
            return 0;
        foreach (int other in places)
        {
            if (!Lattices[other].IsCategory && Lattices[other].Distinct > Lattices[column].Distinct)
                return NewValueCost;
        }
        return 0;
    }

    /// <summary>How far a number moves, in deviations of its column.</summary>
    public double Distance(int column, double from, double to)
    {
        ColumnLattice lattice = Lattices[column];
        if (lattice.IsCategory)
            return from == to ? 0 : 1;
        double distance = Math.Abs(to - from) / lattice.Deviation;
        // Outside of the range that was seen: only where nothing else helps.
        return lattice.IsInRange(to) ? distance : distance + 10;
    }
}
