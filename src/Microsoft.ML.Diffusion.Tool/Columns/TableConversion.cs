using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>Takes a file's columns to a <see cref="Table"/> and the changes made there back to the file.</summary>
internal static class TableConversion
{
    /// <summary>A table of the columns that can be used, each with the categories of the file.</summary>
    public static Table ToTable(CsvTable table) => ToTable(
        table,
        [.. table.UsedColumns.Select(c => c.Use == ColumnUse.Numeric ? TableColumn.Numeric(c.Name) : TableColumn.Categorical(c.Name, c.Categories))]);

    /// <summary>A table of a model's columns. A category that the model does not know has a code beyond its own, which it
    /// takes as missing and leaves as it is.</summary>
    public static Table ToTable(CsvTable table, IReadOnlyList<TableColumn> columns)
    {
        CsvColumn[] sources = Sources(table, columns);
        var cells = new Table(columns, table.Document.RowCount);
        for (int column = 0; column < sources.Length; column++)
        {
            CsvColumn source = sources[column];
            Dictionary<string, int> codes = columns[column].Categories.Index().ToDictionary(x => x.Item, x => x.Index, StringComparer.Ordinal);
            for (int row = 0; row < cells.RowCount; row++)
            {
                if (!source.IsMissing(row))
                    cells[row, column] = source.Use == ColumnUse.Numeric ? source.Number(row) : codes.GetValueOrDefault(source.Category(row), codes.Count);
            }
        }

        return cells;
    }

    /// <summary>The file's columns in the order of a table's.</summary>
    public static CsvColumn[] Sources(CsvTable table, IReadOnlyList<TableColumn> columns)
    {
        Dictionary<string, CsvColumn> byName = table.UsedColumns.ToDictionary(c => c.Name, StringComparer.Ordinal);
        return [.. columns.Select(c => byName[c.Name])];
    }

    /// <summary>The cells that were there and are missing now, as edits that empty them. In a file of one column an empty
    /// cell is written as <c>""</c>, since readers pass over blank lines.</summary>
    public static IEnumerable<CellEdit> Emptied(CsvTable table, Table after)
    {
        byte[] empty = table.Document.ColumnCount == 1 ? "\"\""u8.ToArray() : [];
        CsvColumn[] sources = Sources(table, after.Columns);
        for (int row = 0; row < after.RowCount; row++)
        {
            for (int column = 0; column < sources.Length; column++)
            {
                if (double.IsNaN(after[row, column]) && !sources[column].IsMissing(row))
                    yield return new CellEdit(row, sources[column].Index, empty);
            }
        }
    }
}
