using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>The relations between the columns of a table: found in its rows, given by hand, and applied to rows that were made or
/// filled.</summary>
/// <remarks>Instances are immutable and safe to use from several threads.</remarks>
public sealed class RelationSet
{
    private readonly ColumnLattice[] _lattices;
    private readonly Relation[] _relations;
    private readonly RowRepair _repair;
    private readonly int[] _computed;
    private readonly bool[] _isDecided;
    private readonly MissingRelation[] _given;

    private RelationSet(ColumnLattice[] lattices, Relation[] relations)
    {
        (_lattices, _relations) = (lattices, relations);
        _computed = [.. relations.Where(relation => relation.Kind is RelationKind.Equality or RelationKind.Dependency)
            .SelectMany(relation => relation.Places).Distinct().Where(column => !lattices[column].IsCategory)];
        _given = [.. relations.OfType<MissingRelation>().Where(relation => relation.IsGiven)];
        // What only bounds a cell decides none.
        Relation[] deciding = [.. relations.Where(relation => relation.Kind is not (RelationKind.Order or RelationKind.Sign))];
        _isDecided = [.. Enumerable.Range(0, lattices.Length).Select(column => deciding.Any(relation => relation.Places.Contains(column)))];
        _repair = new RowRepair(lattices, [.. relations.Where(relation => relation is not MissingRelation)]);
    }

    /// <summary>The relations, those given by hand first.</summary>
    public IReadOnlyList<Relation> Relations => _relations;

    /// <summary>Whether the time was over before everything was looked for.</summary>
    internal bool IsCutOff { get; private init; }

    /// <summary>How many columns a row has.</summary>
    public int ColumnCount => _lattices.Length;

    /// <summary>Finds relations in training rows, in a sample of them first and then verified in all.</summary>
    /// <param name="table">The rows; cells may be missing.</param>
    /// <param name="rules">Rules given by hand, such as <c>start &lt;= end</c>; they come beside those found.</param>
    /// <param name="find">Whether relations are looked for; false keeps the rules alone.</param>
    /// <param name="most">The time that may be spent on looking: what is not found by then is not kept. About the first second of work is
    /// done whatever the time, and no more is needed for most tables. Null, the default, for as long as it takes.</param>
    /// <param name="cancel">Stops the search.</param>
    /// <exception cref="FormatException">A rule cannot be read; the message says where, and what was expected.</exception>
    /// <exception cref="InvalidDataException">Rows break a rule; the message says how many, and names one.</exception>
    public static RelationSet Find(Table table, IEnumerable<string>? rules = null, bool find = true, TimeSpan? most = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        return Of(table, rules, find, most, cancel);
    }

    /// <inheritdoc cref="Find(Table, IEnumerable{string}, bool, TimeSpan?, CancellationToken)"/>
    public static RelationSet Find(CompactTable table, IEnumerable<string>? rules = null, bool find = true, TimeSpan? most = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        return Of(table, rules, find, most, cancel);
    }

    /// <summary>Changes the free cells of a row so that it satisfies the relations, by as little as it can.</summary>
    /// <param name="row">One value per column, NaN where missing; a relation with a missing cell counts as satisfied.</param>
    /// <param name="isFixed">The cells that must stay as they are: observed, or demanded.</param>
    /// <param name="seed">Seed of the choices among changes of equal worth.</param>
    /// <param name="rowId">Number of the row; the same seed and number give the same row.</param>
    /// <param name="makeMissing">Whether a free cell becomes missing where a relation says so; otherwise every cell keeps a value.</param>
    /// <returns>Whether the row satisfies all relations; fixed cells that break one are left as they are, and so is what depends on
    /// them.</returns>
    /// <exception cref="ArgumentException">The row has another number of cells.</exception>
    public bool Repair(Span<double> row, ReadOnlySpan<bool> isFixed, ulong seed, long rowId, bool makeMissing = false)
    {
        if (row.Length != _lattices.Length || isFixed.Length != _lattices.Length)
            throw new ArgumentException(
                $"The row has {row.Length} cells and {isFixed.Length} marks, and the relations are of {_lattices.Length} columns.",
                nameof(row));
        if (makeMissing)
        {
            foreach (Relation relation in _relations)
            {
                if (relation is MissingRelation { IsGiven: false } missing && !isFixed[missing.Missing] && !missing.Holds(row))
                    row[missing.Missing] = double.NaN;
            }
        }
        // A number between those that the column can hold would satisfy a relation now, and break it once it is rounded.
        foreach (int column in _computed)
        {
            if (!isFixed[column])
                row[column] = _lattices[column].Snap(row[column]);
        }
        return _repair.Apply(row, isFixed, new Philox(seed, (ulong)rowId));
    }

    /// <summary>Marks the cells that are missing although a relation says that they are given.</summary>
    /// <param name="row">One value per column, NaN where missing.</param>
    /// <param name="isLacking">One mark per column.</param>
    /// <returns>Whether there is one.</returns>
    internal bool FindLacking(ReadOnlySpan<double> row, Span<bool> isLacking)
    {
        isLacking.Clear();
        bool any = false;
        foreach (MissingRelation relation in _given)
        {
            if (!relation.Holds(row))
                any = isLacking[relation.Missing] = true;
        }
        return any;
    }

    /// <summary>How many relations a row breaks.</summary>
    /// <param name="row">One value per column; NaN is missing.</param>
    public int CountBroken(ReadOnlySpan<double> row)
    {
        int broken = 0;
        foreach (Relation relation in _relations)
        {
            if (relation is not MissingRelation && relation.IsSeen(row) && !relation.Holds(row))
                broken++;
        }
        return broken;
    }

    /// <summary>Computes a missing cell from the others, where a relation leaves one value for it.</summary>
    /// <param name="row">One value per column, NaN where missing; left as it is.</param>
    /// <param name="column">The 0-based column of the cell.</param>
    /// <param name="value">The value, with the decimals of the column.</param>
    /// <returns>False where the others decide nothing, or contradict each other.</returns>
    public bool TryDetermine(ReadOnlySpan<double> row, int column, out double value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)_lattices.Length, nameof(column));
        return TryDecide(row.ToArray(), column, out value);
    }

    // The row comes back as it was, but for the cell, which is NaN.
    private bool TryDecide(Span<double> cells, int column, out double value)
    {
        cells[column] = double.NaN;
        value = double.NaN;
        foreach (Relation relation in _relations)
        {
            if (Array.IndexOf(relation.Places, column) < 0 || !relation.TryDetermine(_lattices, cells, column, out double decided))
                continue;
            cells[column] = decided;
            bool contradicts = false;
            foreach (Relation other in _relations)
            {
                contradicts |= other is not MissingRelation && Array.IndexOf(other.Places, column) >= 0
                    && other.IsSeen(cells) && !other.Holds(cells);
            }
            cells[column] = double.NaN;
            if (contradicts)
                return false;
            value = decided;
            return true;
        }
        return false;
    }

    /// <summary>Computes every missing cell that the others decide, one after the other, until they decide no more.</summary>
    /// <param name="row">One value per column, NaN where missing.</param>
    /// <returns>How many cells were computed.</returns>
    public int Determine(Span<double> row)
    {
        int computed = 0;
        for (bool isNew = true; isNew;)
        {
            isNew = false;
            for (int column = 0; column < row.Length; column++)
            {
                if (!double.IsNaN(row[column]) || !_isDecided[column] || !TryDecide(row, column, out double value))
                    continue;
                row[column] = value;
                isNew = true;
                computed++;
            }
        }
        return computed;
    }

    /// <summary>Writes the relations.</summary>
    /// <param name="writer">Where to.</param>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_lattices.Length);
        foreach (ColumnLattice lattice in _lattices)
            lattice.Save(writer);
        writer.Write(_relations.Length);
        foreach (Relation relation in _relations)
            relation.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote, and checks it.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="columns">The columns that the relations are of.</param>
    /// <exception cref="InvalidDataException">The data are damaged, cut short, or of other columns.</exception>
    public static RelationSet Load(BinaryReader reader, IReadOnlyList<TableColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(columns);
        try
        {
            int width = reader.ReadInt32();
            if (width != columns.Count)
                throw new InvalidDataException(
                    $"The saved relations are damaged: they are of {width} columns, and the table has {columns.Count}.");
            ColumnLattice[] lattices = [.. columns.Select(column => ColumnLattice.Load(reader, column))];
            int count = reader.ReadInt32();
            if (count < 0)
                throw new InvalidDataException("The saved relations are damaged: their number is negative.");
            List<Relation> relations = [];
            for (int i = 0; i < count; i++)
                relations.Add(Relation.Load(reader, columns));
            return new RelationSet(lattices, [.. relations]);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("The saved relations are cut short.", e);
        }
    }

    private static RelationSet Of(ITableRows table, IEnumerable<string>? rules, bool find, TimeSpan? most, CancellationToken cancel)
    {
        ColumnLattice[]? lattices = null;
        List<Relation> found = [];
        bool isCutOff = false;
        if (find)
            (found, lattices, isCutOff) = RelationSearch.Run(table, TrainingDeadline.In(most), cancel);
        lattices ??= [.. Enumerable.Range(0, table.Columns.Count).Select(column => ColumnLattice.Of(table, column))];
        Relation[] given = [.. (rules ?? []).Select(rule => HandRule.Read(rule, table, lattices))];
        return new RelationSet(lattices, [.. given, .. found.Where(relation => !Array.Exists(given, rule => rule.Text == relation.Text))])
        {
            IsCutOff = isCutOff,
        };
    }
}
