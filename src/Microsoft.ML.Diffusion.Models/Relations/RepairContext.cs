namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>What relations need to suggest changes of a row, and the changes that they have suggested.</summary>
internal sealed class RepairContext(IReadOnlyList<ColumnLattice> lattices, Tensors.Philox random)
{
    private ulong _drawn;

    public IReadOnlyList<ColumnLattice> Lattices { get; } = lattices;

    public List<Change> Changes { get; } = [];

    /// <summary>Uniform in [0, 1).</summary>
    public double Draw() => random.Uniform(_drawn++);

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
