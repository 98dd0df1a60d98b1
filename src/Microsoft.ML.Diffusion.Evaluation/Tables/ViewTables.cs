using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Tables;

/// <summary>Reads views with the same columns into tables in which the same code is the same category.</summary>
internal static class ViewTables
{
    /// <param name="views">Views and what to call each in a message. The columns of the first are read; those that hold neither numbers,
    /// keys, text nor truth values are left out.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="ArgumentException">A view lacks a column of the first, or has it with another type.</exception>
    /// <exception cref="InvalidDataException">A view has no rows.</exception>
    public static Table[] Read(IReadOnlyList<(string Name, IDataView View)> views, CancellationToken cancel)
    {
        DataViewSchema.Column[] first = [.. views[0].View.Schema.Where(column => !column.IsHidden && PlainColumn.IsReadable(column.Type))];
        if (first.Length == 0)
            throw new ArgumentException($"The {views[0].Name} rows have no column of numbers, categories or text.", nameof(views));
        PlainColumn[] columns = [.. first.Select(PlainColumn.Of)];
        CompactTable.Builder[] rows = [.. views.Select(view => Read(view.Name, view.View, columns, first, cancel))];
        double[]?[] finalCodes = [.. columns.SelectMany(column => Enumerable.Repeat(column.Finish(), column.Width))];
        TableColumn[] tableColumns = [.. columns.SelectMany(column => column.TableColumns)];
        return [.. rows.Select(read => ToTable(tableColumns, read, finalCodes))];
    }

    private static CompactTable.Builder Read(string name, IDataView view, PlainColumn[] columns, DataViewSchema.Column[] first, CancellationToken cancel)
    {
        DataViewSchema.Column[] sources = [.. first.Select(column => Find(name, view.Schema, column))];
        using DataViewRowCursor cursor = view.GetRowCursor(sources);
        CellReader[] readers = [.. columns.Zip(sources, (column, source) => column.Open(cursor, source))];
        double[] cells = new double[columns.Sum(column => column.Width)];
        CompactTable.Builder rows = new(cells.Length);
        while (cursor.MoveNext())
        {
            cancel.ThrowIfCancellationRequested();
            Span<double> rest = cells;
            for (int i = 0; i < columns.Length; i++)
            {
                readers[i](rest[..columns[i].Width]);
                rest = rest[columns[i].Width..];
            }

            rows.Write(rows.RowCount, cells);
        }

        return rows.RowCount > 0 ? rows : throw new InvalidDataException($"There are no {name} rows; at least one was expected.");
    }

    private static DataViewSchema.Column Find(string name, DataViewSchema schema, DataViewSchema.Column expected)
    {
        if (schema.GetColumnOrNull(expected.Name) is not { } column)
            throw new ArgumentException($"The {name} rows lack column '{expected.Name}', which the real rows have.", nameof(schema));
        if (PlainColumn.AreAlike(column, expected))
            return column;
        (string found, string real) = (ColumnTypes.Describe(column.Type), ColumnTypes.Describe(expected.Type));
        throw new ArgumentException($"Column '{expected.Name}' is {found} in the {name} rows, but {real} in the real ones.", nameof(schema));
    }

    private static Table ToTable(TableColumn[] columns, CompactTable.Builder rows, double[]?[] finalCodes)
    {
        for (int i = 0; i < columns.Length; i++)
        {
            if (finalCodes[i] is { } codes)
                rows.Recode(i, codes);
        }

        return rows.Build(columns).ToTable();
    }
}
