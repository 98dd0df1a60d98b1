using Microsoft.ML.Diffusion.Models;

namespace Microsoft.ML.Diffusion;

/// <summary>A number of rows that a generator makes when they are asked for, some at a time.</summary>
/// <param name="generator">Makes them.</param>
/// <param name="conditions">What every row must satisfy.</param>
/// <param name="labels">The labels that the rows must have; null for any.</param>
/// <param name="seed">Seed of the rows.</param>
/// <param name="count">How many there are.</param>
/// <param name="isCached">Whether they are kept, once made, as long as they are not too many: a trainer reads them again and again.</param>
/// <param name="cancel">Stops the making.</param>
internal sealed class SyntheticRows(
    TableGenerator generator, GenerationConditions conditions, LabelPlan? labels, ulong seed, long count, bool isCached, CancellationToken cancel)
{
    // Half a gigabyte.
    private const long MostCachedCells = 1 << 26;
    private readonly Lock _making = new();
    private Table? _all;

    /// <summary>How many rows there are.</summary>
    public long Count => count;

    /// <summary>Makes the rows from one on.</summary>
    /// <param name="first">The first, 0-based.</param>
    /// <param name="atMost">How many are wanted.</param>
    /// <returns>A table that has that row at a place of its own: all rows where they are kept.</returns>
    public (Table Rows, long First) From(long first, int atMost)
    {
        if (!isCached || count * generator.Columns.Count > MostCachedCells)
            return (Make(first, (int)Math.Min(atMost, count - first)), first);
        lock (_making)
            return (_all ??= Make(0, (int)count), 0);
    }

    private Table Make(long first, int rows)
    {
        var table = new Table(generator.Columns, rows);
        for (int row = 0; labels is { Column: int column } && row < rows; row++)
            table[row, column] = labels.LabelOf(first + row);
        generator.Complete(table, conditions, seed, first, cancel: cancel);
        return table;
    }
}
