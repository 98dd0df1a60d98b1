using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Generation;

/// <summary>Makes rows like those it was fitted on. Instances are immutable and may be used from several threads at once.</summary>
/// <remarks>A row is a function of its conditions, the seed and its number alone: rows may be made in any portions, on any number of
/// threads, and are the same.</remarks>
public abstract class TableGenerator
{
    private const int RowsPerTask = 256;

    /// <summary>For a derived class: remembers the columns.</summary>
    /// <param name="columns">The columns of every row.</param>
    protected TableGenerator(IReadOnlyList<TableColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        Columns = columns;
    }

    /// <summary>The columns of the table that the generator was fitted on.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>Makes rows.</summary>
    /// <param name="rowCount">How many, 0 or more.</param>
    /// <param name="conditions">What every row must satisfy; null for nothing.</param>
    /// <param name="seed">Seed of the random numbers.</param>
    /// <param name="progress">Told the share of the rows that are done, 0 to 1.</param>
    /// <param name="cancel">Stops the work within a second.</param>
    /// <exception cref="ArgumentException">The generator cannot satisfy the conditions.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public Table Generate(
        int rowCount, GenerationConditions? conditions = null, ulong seed = 0, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        Table rows = new(Columns, rowCount);
        Complete(rows, conditions, seed, firstRow: 0, progress, cancel);
        return rows;
    }

    /// <summary>Makes any number of rows, a portion in memory at a time; the same rows as one call would give.</summary>
    /// <param name="rowCount">How many, 0 or more.</param>
    /// <param name="conditions">What every row must satisfy; null for nothing.</param>
    /// <param name="seed">Seed of the random numbers.</param>
    /// <param name="rowsPerPortion">Rows of each table but the last, at least 1.</param>
    /// <param name="cancel">Stops the work within a second.</param>
    /// <exception cref="ArgumentException">The generator cannot satisfy the conditions.</exception>
    public IEnumerable<Table> GenerateInPortions(
        long rowCount, GenerationConditions? conditions = null, ulong seed = 0, int rowsPerPortion = 65_536, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsPerPortion, 1);
        Require(conditions);
        return Portions();

        IEnumerable<Table> Portions()
        {
            for (long first = 0; first < rowCount; first += rowsPerPortion)
            {
                Table rows = new(Columns, (int)Math.Min(rowsPerPortion, rowCount - first));
                Complete(rows, conditions, seed, first, progress: null, cancel);
                yield return rows;
            }
        }
    }

    /// <summary>Fills the missing cells of rows, each given what is there already: conditions of each row's own. A table of which the label
    /// alone is filled in gives as many rows of each class as are wanted.</summary>
    /// <param name="rows">A table with the columns of <see cref="Columns"/>; is filled.</param>
    /// <param name="conditions">What every row must satisfy in the columns where it is missing; null for nothing.</param>
    /// <param name="seed">Seed of the random numbers.</param>
    /// <param name="firstRow">The number of the table's first row.</param>
    /// <param name="progress">Told the share of the rows that are done, 0 to 1.</param>
    /// <param name="cancel">Stops the work within a second.</param>
    /// <exception cref="ArgumentException">The table has other columns, or the generator cannot satisfy the conditions.</exception>
    /// <exception cref="InvalidDataException">A cell is infinite.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public void Complete(
        Table rows,
        GenerationConditions? conditions = null,
        ulong seed = 0,
        long firstRow = 0,
        IProgress<double>? progress = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        RefuseOtherColumns(rows.Columns, nameof(rows));
        rows.RefuseInfinities();
        Require(conditions);
        cancel.ThrowIfCancellationRequested();
        conditions ??= new GenerationConditions(Columns);
        foreach ((int column, double value) in conditions.Fixed)
        {
            for (int row = 0; row < rows.RowCount; row++)
                rows[row, column] = double.IsNaN(rows[row, column]) ? value : rows[row, column];
        }
        int portion = RowsAtOnce(rows.RowCount), tasks = (rows.RowCount + portion - 1) / portion, done = 0;
        ParallelLoop.Run(tasks, task =>
        {
            int start = task * portion, count = Math.Min(portion, rows.RowCount - start);
            CompleteRows(rows, start, count, conditions, seed, (ulong)(firstRow + start), cancel);
            progress?.Report(Interlocked.Add(ref done, count) / (double)rows.RowCount);
        }, cancel: cancel);
    }

    /// <summary>Refuses conditions that cannot be satisfied.</summary>
    /// <param name="conditions">For the columns of <see cref="Columns"/>.</param>
    /// <exception cref="ArgumentException">They cannot be.</exception>
    protected abstract void RequireSatisfiable(GenerationConditions conditions);

    /// <summary>Fills the missing cells of some rows in place; called from several threads for different rows. Fixed values are there
    /// already.</summary>
    /// <param name="table">The table to fill.</param>
    /// <param name="start">The first row.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="conditions">What the other cells must satisfy.</param>
    /// <param name="seed">Seed of the random numbers.</param>
    /// <param name="firstId">The number of the first of these rows, by which it is drawn.</param>
    /// <param name="cancel">To be looked at every few milliseconds.</param>
    protected abstract void CompleteRows(
        Table table, int start, int count, GenerationConditions conditions, ulong seed, ulong firstId, CancellationToken cancel);

    /// <summary>How many rows are given to <see cref="CompleteRows"/> at once, at least 1.</summary>
    /// <param name="rowCount">How many are to be filled in all.</param>
    protected virtual int RowsAtOnce(int rowCount) => RowsPerTask;

    private void Require(GenerationConditions? conditions)
    {
        if (conditions is null)
            return;
        RefuseOtherColumns(conditions.Columns, nameof(conditions));
        RequireSatisfiable(conditions);
    }

    private void RefuseOtherColumns(IReadOnlyList<TableColumn> columns, string parameter)
    {
        if (columns.Count != Columns.Count)
            throw new ArgumentException($"There are {columns.Count} columns; the generator was fitted on {Columns.Count}.", parameter);
        for (int i = 0; i < Columns.Count; i++)
        {
            if (columns[i].Kind != Columns[i].Kind)
                throw new ArgumentException($"Column {i} ('{columns[i].Name}') is {columns[i].Kind}; the generator was fitted on {Columns[i].Kind} ('{Columns[i].Name}').", parameter);
        }
    }
}
