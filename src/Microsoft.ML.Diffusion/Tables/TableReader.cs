using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>Reads columns of a data view, row by row, into the cells of a table.</summary>
internal sealed class TableReader
{
    private readonly (CellReader Read, int First, int Width)[] _readers;

    /// <summary>Opens the columns of a row.</summary>
    /// <param name="columns">The columns to read.</param>
    /// <param name="sources">The same columns in the row's schema.</param>
    /// <param name="row">The row.</param>
    /// <param name="learn">Whether categories that are met for the first time become known.</param>
    public TableReader(ViewColumn[] columns, DataViewSchema.Column[] sources, DataViewRow row, bool learn = false)
    {
        _readers = new (CellReader, int, int)[columns.Length];
        int first = 0;
        for (int i = 0; i < columns.Length; i++)
        {
            _readers[i] = (columns[i].OpenReader(row, sources[i], learn), first, columns[i].Width);
            first += columns[i].Width;
        }
    }

    /// <summary>Reads the current row.</summary>
    public void Read(Span<double> cells)
    {
        foreach ((CellReader read, int first, int width) in _readers)
            read(cells.Slice(first, width));
    }

    /// <summary>Reads a view in one pass and learns what its columns are.</summary>
    /// <param name="view">The view.</param>
    /// <param name="sources">The columns to read.</param>
    /// <param name="columns">The same columns, with nothing learnt yet.</param>
    /// <param name="settings">What to keep, and how roles are found.</param>
    /// <param name="channel">Told in sentences what was found and left out.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="ArgumentException">A column cannot have the role that was told.</exception>
    public static TrainingTable ReadAll(
        IDataView view, DataViewSchema.Column[] sources, ViewColumn[] columns, ReadingSettings settings, IReadingLog channel,
        CancellationToken cancel)
    {
        RolePolicy roles = settings.Roles;
        RoleSurvey? survey = roles.IsActive ? new RoleSurvey(columns, sources, roles.Told, view.GetRowCount()) : null;
        ViewColumn[] learning = [.. columns.Select(column => column.Learning)];
        SetMarks(learning, roles.Told);
        int width = learning.Sum(column => column.Width);
        var reservoir = new RowReservoir(width, settings.MaxRows ?? int.MaxValue, settings.Random);
        DataViewRowId firstId = default;
        using (DataViewRowCursor cursor = view.GetRowCursor(sources))
        {
            ValueGetter<DataViewRowId> getId = cursor.GetIdGetter();
            var reader = new TableReader(learning, sources, cursor, learn: true);
            Action? look = survey?.Open(cursor);
            double[] cells = new double[width];
            while (cursor.MoveNext())
            {
                cancel.ThrowIfCancellationRequested();
                if (reservoir.Seen == 0)
                    getId(ref firstId);
                look?.Invoke();
                if (!reservoir.TryAdmit(out int slot, cells))
                    continue;
                Forget(learning, cells);
                reader.Read(cells);
                reservoir.Write(slot, cells);
            }
        }

        if (reservoir.Count < reservoir.Seen)
        {
            channel.Warn($"{reservoir.Count} of {reservoir.Seen} rows are kept, drawn at random, as MaxTrainingRows is " +
                $"{settings.MaxRows}; the others are left out.");
        }

        SettledColumn[] settled = Settle(learning, survey?.Find(), settings, reservoir, channel);
        int[] places = [.. Places(learning, settled)];
        ViewColumn[] final = [.. settled.Select(each => each.Column)];
        CompactTable table = reservoir.ToTable([.. final.SelectMany(column => column.TableColumns)], places);
        ColumnRoles? found = survey is null ? null : new ColumnRoles(settled.Select(each => each.Entry));
        return new TrainingTable(table, final, found, reservoir.Seen, firstId);
    }

    /// <summary>Reads a view in one pass and finds the roles of its columns, without keeping rows.</summary>
    public static ColumnRoles FindRoles(IDataView view, DataViewSchema.Column[] sources, ViewColumn[] columns, CancellationToken cancel)
    {
        var survey = new RoleSurvey(columns, sources, told: null, view.GetRowCount());
        using (DataViewRowCursor cursor = view.GetRowCursor(sources))
        {
            Action look = survey.Open(cursor);
            int[] times = [.. Enumerable.Range(0, columns.Length).Where(i => columns[i] is ITimeColumn)];
            var reader = new TableReader([.. times.Select(i => columns[i])], [.. times.Select(i => sources[i])], cursor, learn: true);
            double[] cells = new double[times.Length];
            while (cursor.MoveNext())
            {
                cancel.ThrowIfCancellationRequested();
                look();
                reader.Read(cells);
            }
        }

        return new ColumnRoles(survey.Find().Select((facts, i) =>
            columns[i] is ITimeColumn column ? column.Settle(facts.Profile, told: null, out _) : facts.Entry));
    }

    // A text that a person calls a mark is no category.
    private static void SetMarks(ViewColumn[] columns, ColumnRoles? told)
    {
        foreach (TextColumn column in columns.OfType<TextColumn>())
            column.Marks = [.. told?.Find(column.Name)?.MissingMarks ?? []];
    }

    private static void Forget(ViewColumn[] columns, ReadOnlySpan<double> cells)
    {
        foreach (ViewColumn column in columns)
        {
            column.Forget(cells[..column.Width]);
            cells = cells[column.Width..];
        }
    }

    private static SettledColumn[] Settle(
        ViewColumn[] columns, ColumnFacts[]? facts, ReadingSettings settings, RowReservoir reservoir, IReadingLog channel)
    {
        var settled = new SettledColumn[columns.Length];
        int first = 0;
        for (int i = 0; i < columns.Length; i++)
        {
            int place = first;
            settled[i] = Settle(columns[i], facts?[i], settings, reservoir.Cells(place), channel);
            if (settled[i].Map is { } map && settled[i].Column.Width > 0)
                reservoir.Replace(place, map);
            first += columns[i].Width;
        }

        return settled;
    }

    private static SettledColumn Settle(
        ViewColumn column, ColumnFacts? facts, ReadingSettings settings, IEnumerable<double> cells, IReadingLog channel)
    {
        if (facts is null)
        {
            var nothing = new ColumnEntry { Name = column.Name, Role = ColumnRole.Empty };
            return SettledColumn.AsTyped(column, nothing, RoleUse.AsTyped, settings.MaxCategories, channel.Warn);
        }

        RolePolicy roles = settings.Roles;
        RoleUse use = roles.UseOf(column, facts);
        ColumnEntry? told = roles.Told?.Find(column.Name);
        SettledColumn settled;
        if (column is ITimeColumn times)
        {
            ColumnEntry entry = times.Settle(facts.Profile, told, out Func<double, double>? map);
            settled = new SettledColumn(column, entry, map);
        }
        else
        {
            settled = SettledColumn.Of(column, facts, use, told, settings.MaxCategories, cells, channel.Warn);
        }

        RoleSentences.Tell(column, settled.Entry, facts, use, roles, channel);
        return settled;
    }

    // Where the cells of the columns that are kept stand in the rows that were read.
    private static IEnumerable<int> Places(ViewColumn[] read, SettledColumn[] settled)
    {
        int first = 0;
        for (int i = 0; i < read.Length; i++)
        {
            for (int cell = 0; cell < settled[i].Column.Width; cell++)
                yield return first + cell;
            first += read[i].Width;
        }
    }
}
