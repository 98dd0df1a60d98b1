using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

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

    /// <summary>Reads a view in one pass and learns its categories.</summary>
    /// <param name="view">The view.</param>
    /// <param name="sources">The columns to read.</param>
    /// <param name="columns">The same columns, with nothing learnt yet; learn their categories.</param>
    /// <param name="maxRows">How many rows to keep at most, drawn at random if there are more; null keeps all.</param>
    /// <param name="maxCategories">How many categories a column may have in the rows kept; the rarer ones count as missing.</param>
    /// <param name="random">Decides which rows are kept.</param>
    /// <param name="warn">Told in a sentence what was left out.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <param name="isPrivate">Tells of a column whether values that name one row each are left out; null for none.</param>
    /// <returns>The table, its rows in the order of the view; how many rows the view has; and the id of its first.</returns>
    public static (CompactTable Table, long Seen, DataViewRowId FirstId) ReadAll(
        IDataView view,
        DataViewSchema.Column[] sources,
        ViewColumn[] columns,
        int? maxRows,
        int maxCategories,
        Philox random,
        Action<string> warn,
        CancellationToken cancel,
        Func<ViewColumn, bool>? isPrivate = null)
    {
        int width = columns.Sum(column => column.Width);
        var reservoir = new RowReservoir(width, maxRows ?? int.MaxValue, random);
        DataViewRowId firstId = default;
        using (DataViewRowCursor cursor = view.GetRowCursor(sources))
        {
            ValueGetter<DataViewRowId> getId = cursor.GetIdGetter();
            var reader = new TableReader(columns, sources, cursor, learn: true);
            double[] cells = new double[width];
            while (cursor.MoveNext())
            {
                cancel.ThrowIfCancellationRequested();
                if (reservoir.Seen == 0)
                    getId(ref firstId);
                if (!reservoir.TryAdmit(out int slot, cells))
                    continue;
                Forget(columns, cells);
                reader.Read(cells);
                reservoir.Write(slot, cells);
            }
        }

        if (reservoir.Count < reservoir.Seen)
            warn($"{reservoir.Count} of {reservoir.Seen} rows are kept, drawn at random, as MaxTrainingRows is {maxRows}; the others are left out.");

        double[]?[] finalCodes = FinalCodes(columns, maxCategories, warn, isPrivate ?? (_ => false));
        for (int i = 0; i < width; i++)
        {
            if (finalCodes[i] is { } codes)
                reservoir.Recode(i, codes);
        }

        return (reservoir.ToTable([.. columns.SelectMany(column => column.TableColumns)]), reservoir.Seen, firstId);
    }

    private static void Forget(ViewColumn[] columns, ReadOnlySpan<double> cells)
    {
        foreach (ViewColumn column in columns)
        {
            column.Forget(cells[..column.Width]);
            cells = cells[column.Width..];
        }
    }

    private static double[]?[] FinalCodes(ViewColumn[] columns, int maxCategories, Action<string> warn, Func<ViewColumn, bool> isPrivate)
    {
        List<double[]?> finalCodes = [];
        foreach (ViewColumn column in columns)
        {
            if (isPrivate(column) && column.ReasonForPrivacy() is { } reason)
            {
                warn($"Column '{column.Name}' is not learnt ({reason}). It stays empty in rows that are made, so that no value of a real row appears in "
                    + "them. Name it in the option Columns to learn its values all the same, or in IgnoredColumns to leave it out.");
                finalCodes.Add(column.KeepMostFrequent(0));
                continue;
            }

            if (column.CategoryCount > maxCategories)
                warn($"Column '{column.Name}' has {column.CategoryCount} different values; the {maxCategories} most frequent are its categories, and the others count as missing.");
            finalCodes.AddRange(Enumerable.Repeat(column.KeepMostFrequent(maxCategories), column.Width));
        }

        return [.. finalCodes];
    }
}
