using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Calendar;
using Microsoft.ML.Diffusion.Models.Categories;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>Fills missing cells of rows that have the columns it was fitted on, and can be saved. Instances are immutable and
/// may be used from several threads at once.</summary>
/// <remarks>
/// A cell that its column cannot hold (<see cref="TableColumn.Holds"/>: NaN, a category code that was never seen) counts
/// as missing on the way in. NaN cells are filled; every other cell, an unseen code too, is copied bit for bit. A column
/// of which no value was observed while fitting stays NaN.
/// </remarks>
public abstract class TableImputer
{
    // Small enough to give every core work and a quick answer to a cancellation, large enough to make batches worth it.
    private protected const int RowsPerTask = 256;

    private protected TableImputer(IReadOnlyList<TableColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        Columns = columns;
    }

    /// <summary>How the imputer was trained.</summary>
    public abstract ImputationMethod Method { get; }

    /// <summary>The columns of the table that the imputer was fitted on.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>The predictors whose weighted mean the best guess is; empty where it is that of one.</summary>
    public virtual IReadOnlyList<BlendMember> Members => [];

    /// <summary>How the best guess compares with simple imputers on held-back cells; empty where that was not measured.</summary>
    public virtual IReadOnlyList<ImputationScore> Scores => [];

    /// <summary>Whether the imputer can tell how sure its best guesses are: its method can
    /// (<see cref="ImputationAbilities.Uncertainty"/>), and cells were held back in training or nothing varies.</summary>
    public virtual bool IsCalibrated => false;

    /// <summary>Whether the imputer can draw: the default may be trained for best guesses alone (its option Draws).</summary>
    public virtual bool CanDraw => true;

    /// <inheritdoc cref="ImputationMethod.Train(Table, ImputerOptions, IProgress{TrainingProgress}, CancellationToken)"/>
    /// <param name="table">The rows, complete or not; at least one.</param>
    /// <param name="options">The options of a method.</param>
    /// <param name="progress">Told a few times a second, and about columns that cannot be learned; may be called from several threads, one
    /// at a time. Null for nobody.</param>
    /// <param name="cancel">Stops the training within a second.</param>
    public static TableImputer Train(
        Table table, ImputerOptions options, IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Registration.Train(table, options, progress, cancel);
    }

    /// <summary>Writes the imputer; Load of Microsoft.ML.Diffusion.Models.Methods.ImputationMethods reads it back bit for bit.</summary>
    /// <param name="writer">Where to write.</param>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ModelFrame.Write(writer, SaveMarked);
    }

    /// <summary>Reads an imputer that <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="methodOf">The method of a name; null where there is none of that name.</param>
    /// <exception cref="InvalidDataException">The data are no such imputer, are cut short or damaged, or were written by another
    /// version.</exception>
    internal static TableImputer Load(BinaryReader reader, Func<string, ImputationMethod?> methodOf)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return ModelFrame.Load(reader, content =>
        {
            string name = content.ReadString();
            return name == CalendarPlan.Mark
                ? CalendarImputer.Load(content, inner => LoadGrouped(inner, inner.ReadString(), methodOf))
                : LoadGrouped(content, name, methodOf);
        });
    }

    private static TableImputer LoadGrouped(BinaryReader content, string name, Func<string, ImputationMethod?> methodOf) =>
        name == ManyCategories.Mark
            ? GroupedImputer.Load(content, inner => Load(inner, inner.ReadString(), methodOf)) : Load(content, name, methodOf);

    private static TableImputer Load(BinaryReader content, string name, Func<string, ImputationMethod?> methodOf)
    {
        ImputationMethod method = methodOf(name) ?? throw new InvalidDataException(
            $"The model was trained by the method '{CheckedReading.Shown(name)}', which this version does not know.");
        return method.Load(content);
    }

    /// <summary>Fills the missing cells of a row with their best single guess: a function of the row alone.</summary>
    /// <param name="row">The row, one value per column.</param>
    /// <param name="completed">Receives the completed row; may be the same memory as <paramref name="row"/>.</param>
    public abstract void Impute(ReadOnlySpan<double> row, Span<double> completed);

    /// <summary>Fills the missing cells of a row with their best single guess and tells how sure each is.</summary>
    /// <param name="row">The row, one value per column.</param>
    /// <param name="completed">Receives the completed row; may be the same memory as <paramref name="row"/>.</param>
    /// <param name="uncertainties">Receives how sure every cell is, one per column. An observed cell is certain; a missing one is
    /// <see cref="CellUncertainty.Unknown"/> where the imputer is not calibrated (<see cref="IsCalibrated"/>).</param>
    /// <param name="coverage">The share of intervals that are to hold the true number, above 0 and below 1. They do on rows like those
    /// of the training, on average over cells: split conformal intervals (Lei et al. 2018).</param>
    public abstract void Impute(
        ReadOnlySpan<double> row, Span<double> completed, Span<CellUncertainty> uncertainties, double coverage = 0.9);

    /// <summary>Fills the missing cells of a row with one draw given the observed cells, from their joint distribution where the method
    /// can (<see cref="ImputationAbilities.JointDraws"/>): a function of the row and the three numbers alone.</summary>
    /// <param name="row">The row, one value per column.</param>
    /// <param name="completed">Receives the completed row; may be the same memory as <paramref name="row"/>.</param>
    /// <param name="seed">Seed of the random numbers.</param>
    /// <param name="rowId">What tells this row from others that look the same, such as its number or its id.</param>
    /// <param name="draw">Which draw, from 0.</param>
    /// <exception cref="InvalidOperationException">The imputer was not trained to draw (<see cref="CanDraw"/>).</exception>
    public abstract void Draw(ReadOnlySpan<double> row, Span<double> completed, ulong seed, ulong rowId, int draw = 0);

    /// <summary>Fills a whole table on all cores. Every row comes out with the same bits as it does alone; in
    /// <see cref="ImputationMode.Draw"/> mode a row's id is its number in the table.</summary>
    /// <param name="rows">A table with the columns of <see cref="Columns"/>; left as it is.</param>
    /// <param name="mode">Best single guess, or a draw.</param>
    /// <param name="seed">Seed of the draws; not used by <see cref="ImputationMode.Expectation"/>.</param>
    /// <param name="draw">Which draw, from 0; not used by <see cref="ImputationMode.Expectation"/>.</param>
    /// <param name="progress">Told the share of the rows that are done, 0 to 1.</param>
    /// <param name="cancel">Stops the work within a second.</param>
    /// <returns>A new table without the missing cells.</returns>
    /// <exception cref="ArgumentException">The table's columns are not those of <see cref="Columns"/>.</exception>
    /// <exception cref="InvalidDataException">A cell is infinite.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public Table Impute(
        Table rows,
        ImputationMode mode = ImputationMode.Expectation,
        ulong seed = 0,
        int draw = 0,
        IProgress<double>? progress = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ulong[] numbers = new ulong[rows.RowCount];
        for (int row = 0; row < numbers.Length; row++)
            numbers[row] = (ulong)row;
        Table completed = rows.Clone();
        Complete(completed, numbers, mode, seed, draw, progress, cancel);
        return completed;
    }

    /// <summary>Fills a block of rows in place on all cores. Every row comes out with the same bits as it does alone, whatever the
    /// block that it is in.</summary>
    /// <param name="rows">A table with the columns of <see cref="Columns"/>; its missing cells are filled.</param>
    /// <param name="rowIds">What tells each row from others that look the same, one number a row; not used by
    /// <see cref="ImputationMode.Expectation"/>.</param>
    /// <param name="mode">Best single guess, or a draw.</param>
    /// <param name="seed">Seed of the draws; not used by <see cref="ImputationMode.Expectation"/>.</param>
    /// <param name="draw">Which draw, from 0; not used by <see cref="ImputationMode.Expectation"/>.</param>
    /// <param name="progress">Told the share of the rows that are done, 0 to 1.</param>
    /// <param name="cancel">Stops the work within a second.</param>
    /// <exception cref="ArgumentException">The table's columns are not those of <see cref="Columns"/>, or the ids are not one a
    /// row.</exception>
    /// <exception cref="InvalidDataException">A cell is infinite.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public void Complete(
        Table rows,
        ReadOnlyMemory<ulong> rowIds,
        ImputationMode mode = ImputationMode.Expectation,
        ulong seed = 0,
        int draw = 0,
        IProgress<double>? progress = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(draw);
        RefuseOtherColumns(rows);
        if (rowIds.Length != rows.RowCount)
            throw new ArgumentException($"There are {rowIds.Length} ids for {rows.RowCount} rows; one a row was expected.", nameof(rowIds));
        rows.RefuseInfinities();
        cancel.ThrowIfCancellationRequested();

        // A row of a pipeline comes alone; it needs no other thread.
        if (rows.RowCount == 1)
        {
            ImputeRows(rows, 0, rowIds.Span, mode, seed, draw, cancel);
            progress?.Report(1);
            return;
        }

        int tasks = (rows.RowCount + RowsPerTask - 1) / RowsPerTask;
        int done = 0;
        ParallelLoop.Run(tasks, task =>
        {
            int start = task * RowsPerTask;
            int count = Math.Min(RowsPerTask, rows.RowCount - start);
            ImputeRows(rows, start, rowIds.Span.Slice(start, count), mode, seed, draw, cancel);
            progress?.Report(Interlocked.Add(ref done, count) / (double)rows.RowCount);
        }, cancel: cancel);
    }

    /// <summary>Fills rows in place; called from several threads for different rows. Row by row unless overridden by
    /// something faster that gives the same bits.</summary>
    /// <param name="table">The table to fill.</param>
    /// <param name="start">The first row.</param>
    /// <param name="rowIds">The id of each row to fill, at most 256.</param>
    /// <param name="mode">Best single guess, or a draw.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="draw">Which draw, from 0.</param>
    /// <param name="cancel">To be looked at every few milliseconds.</param>
    protected virtual void ImputeRows(
        Table table, int start, ReadOnlySpan<ulong> rowIds, ImputationMode mode, ulong seed, int draw, CancellationToken cancel)
    {
        for (int i = 0; i < rowIds.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            Span<double> cells = table.Row(start + i);
            if (mode == ImputationMode.Expectation)
                Impute(cells, cells);
            else
                Draw(cells, cells, seed, rowIds[i], draw);
        }
    }

    /// <summary>Fills rows with best guesses on this thread, and tells how probable the categories of some missing cells are.</summary>
    /// <param name="rows">Rows of this imputer's columns; missing cells are filled.</param>
    /// <param name="shares">Receives the probabilities; left as they are by an imputer that knows none.</param>
    /// <param name="cancel">To be looked at every few milliseconds.</param>
    internal virtual void Guess(Table rows, CategoryShares shares, CancellationToken cancel) =>
        ImputeRows(rows, 0, new ulong[rows.RowCount], ImputationMode.Expectation, seed: 0, draw: 0, cancel);

    /// <summary>Writes the method's name and everything else.</summary>
    private protected virtual void SaveMarked(BinaryWriter writer)
    {
        writer.Write(Method.Name);
        SaveContent(writer);
    }

    /// <summary>Writes another imputer within this one.</summary>
    private protected static void SaveMarked(TableImputer inner, BinaryWriter writer) => inner.SaveMarked(writer);

    /// <summary>Writes everything but the method.</summary>
    private protected abstract void SaveContent(BinaryWriter writer);

    /// <summary>Refuses what <see cref="Impute(ReadOnlySpan{double}, Span{double}, Span{CellUncertainty}, double)"/> cannot
    /// answer.</summary>
    private protected void RefuseUncertainty(ReadOnlySpan<CellUncertainty> uncertainties, double coverage)
    {
        if (uncertainties.Length != Columns.Count)
        {
            throw new ArgumentException(
                $"There is place for {uncertainties.Length} answers; there must be {Columns.Count}, one per column.",
                nameof(uncertainties));
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(coverage);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(coverage, 1);
    }

    /// <summary>Refuses a row of another length.</summary>
    /// <param name="row">The row given.</param>
    /// <param name="completed">Where the answer goes.</param>
    protected void RefuseOtherLength(ReadOnlySpan<double> row, ReadOnlySpan<double> completed)
    {
        if (row.Length != Columns.Count || completed.Length != Columns.Count)
            throw new ArgumentException($"The row has {row.Length} cells and the place for the answer {completed.Length}; both must have {Columns.Count}, one per column.", nameof(row));
    }

    private void RefuseOtherColumns(Table rows)
    {
        if (rows.Columns.Count != Columns.Count)
            throw new ArgumentException($"The table has {rows.Columns.Count} columns; the imputer was fitted on {Columns.Count}.", nameof(rows));
        for (int i = 0; i < Columns.Count; i++)
        {
            if (rows.Columns[i].Kind != Columns[i].Kind)
                throw new ArgumentException($"Column {i} ('{rows.Columns[i].Name}') is {rows.Columns[i].Kind}; the imputer was fitted on {Columns[i].Kind} ('{Columns[i].Name}').", nameof(rows));
        }
    }
}
