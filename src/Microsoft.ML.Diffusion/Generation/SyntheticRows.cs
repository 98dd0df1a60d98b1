using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Relations;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>A number of rows that a generator makes when they are asked for, some at a time.</summary>
/// <param name="generator">Makes them.</param>
/// <param name="conditions">What every row must satisfy.</param>
/// <param name="owners">The column of the view that each of the generator's columns belongs to.</param>
/// <param name="relations">What must hold between the cells of a row; null for nothing.</param>
/// <param name="labels">The labels that the rows must have; null for any.</param>
/// <param name="seed">Seed of the rows.</param>
/// <param name="range">Which rows of the seed these are.</param>
/// <param name="isCached">Whether they are kept, once made, as long as they are not too many: a trainer reads them again and again.</param>
/// <param name="warn">Told once, when all rows have been made one after another, how many of them break a relation.</param>
/// <param name="cancel">Stops the making.</param>
internal sealed class SyntheticRows(
    TableGenerator generator, GenerationConditions conditions, ViewColumn[] owners, RelationSet? relations,
    LabelCounts? labels, ulong seed, RowRange range, bool isCached, Action<string> warn, CancellationToken cancel)
{
    // Half a gigabyte where they take eight bytes each, 64 megabytes of zeros and ones.
    private const long MostCachedCells = 1 << 26;
    private const int PortionToCache = 4096;

    // Cells that are drawn a second time are drawn by other random numbers.
    private const ulong LackingStream = 0x4C41434B494E47;

    private readonly Lock _making = new();
    private readonly Lock _counting = new();
    private CompactTable? _all;

    // Rows up to this one were looked at, and so many of them break a relation: rows are the same each time they are made.
    private long _counted, _broken;

    /// <summary>How many rows there are.</summary>
    public long Count => range.Count;

    /// <summary>Which rows of the seed these are.</summary>
    public RowRange Range => range;

    /// <summary>Seed of the rows.</summary>
    public ulong Seed => seed;

    /// <summary>The value that a condition gives every row in a column; null where there is none.</summary>
    public double? FixedValueOf(int column) => conditions.Fixed.TryGetValue(column, out double value) ? value : null;

    /// <summary>Makes the rows from one on.</summary>
    /// <param name="first">The first, 0-based.</param>
    /// <param name="atMost">How many are wanted.</param>
    public Table From(long first, int atMost)
    {
        int rows = (int)Math.Min(atMost, Count - first);
        if (!isCached || Count * generator.Columns.Count > MostCachedCells)
            return Make(first, rows);
        CompactTable all;
        lock (_making)
            all = _all ??= MakeAll();
        var table = new Table(generator.Columns, rows);
        for (int row = 0; row < rows; row++)
            all.Read((int)first + row, table.Row(row));
        return table;
    }

    private CompactTable MakeAll()
    {
        var all = new CompactTable.Builder(generator.Columns.Count);
        for (int first = 0; first < Count; first += PortionToCache)
        {
            Table portion = Make(first, (int)Math.Min(PortionToCache, Count - first));
            for (int row = 0; row < portion.RowCount; row++)
                all.Write(all.RowCount, portion.Row(row));
        }

        return all.Build(generator.Columns);
    }

    private Table Make(long first, int rows)
    {
        var table = new Table(generator.Columns, rows);
        for (int row = 0; labels is { Column: int column } && row < rows; row++)
            table[row, column] = labels.LabelOf(first + row);
        generator.Complete(table, conditions, seed, range.First + first, cancel: cancel);
        foreach ((int column, ValueRange asked) in conditions.Ranges)
            KeepWithin(table, column, asked);
        if (relations is not null)
        {
            if (conditions.KeepMissing)
                DrawLacking(table, relations, first);
            Repair(table, relations, first);
        }

        return table;
    }

    // A cell that came out missing where a relation says that it is given is drawn again, given the rest of its row.
    private void DrawLacking(Table table, RelationSet relations, long first)
    {
        bool[] isLacking = new bool[table.Columns.Count];
        for (int row = 0; row < table.RowCount; row++)
        {
            if (!relations.FindLacking(table.Row(row), isLacking))
                continue;
            var drawn = new Table(table.Columns, 1);
            table.Row(row).CopyTo(drawn.Row(0));
            var present = new GenerationConditions(table.Columns) { KeepMissing = true };
            for (int column = 0; column < isLacking.Length; column++)
            {
                // What was asked for counts more than what is usual.
                isLacking[column] &= !conditions.IsGiven(column);
                if (isLacking[column])
                    present.Present(column);
            }

            generator.Complete(drawn, present, seed ^ LackingStream, range.First + first + row, cancel: cancel);
            for (int column = 0; column < isLacking.Length; column++)
            {
                if (isLacking[column])
                    table[row, column] = drawn[0, column];
            }
        }
    }

    // A getter rounds to what the column can hold, which may lie beyond the end of a range.
    private void KeepWithin(Table table, int column, ValueRange asked)
    {
        for (int row = 0; row < table.RowCount; row++)
        {
            double near = double.IsFinite(table[row, column]) ? owners[column].Within(table[row, column], asked) : double.NaN;
            if (!double.IsNaN(near))
                table[row, column] = near;
        }
    }

    private void Repair(Table table, RelationSet relations, long first)
    {
        bool[] isGiven = new bool[table.Columns.Count];
        for (int column = 0; column < isGiven.Length; column++)
            isGiven[column] = conditions.IsGiven(column) || labels?.Column == column;
        bool[] isBroken = new bool[table.RowCount];
        for (int row = 0; row < table.RowCount; row++)
            isBroken[row] = !relations.Repair(table.Row(row), isGiven, seed, range.First + first + row, conditions.KeepMissing);
        Look(isBroken, first);
    }

    private void Look(bool[] isBroken, long first)
    {
        long broken;
        lock (_counting)
        {
            if (first > _counted || first + isBroken.Length <= _counted)
                return;
            _broken += isBroken.AsSpan((int)(_counted - first)).Count(true);
            _counted = first + isBroken.Length;
            if (_counted < Count || _broken == 0)
                return;
            broken = _broken;
        }
        warn($"{broken} of the {Count} rows that were made break a relation that holds in the training rows: what was asked for leaves no " +
            "way to satisfy it, or none was found.");
    }
}
