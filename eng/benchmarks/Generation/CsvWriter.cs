using System.Globalization;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Writes a table as CSV with a header; a missing cell is empty.</summary>
internal static class CsvWriter
{
    public static void Write(string path, Table table)
    {
        using StreamWriter writer = new(path);
        writer.WriteLine(string.Join(',', table.Columns.Select(column => Quoted(column.Name))));
        for (int row = 0; row < table.RowCount; row++)
        {
            int current = row;
            writer.WriteLine(string.Join(',', table.Columns.Select((column, i) => Text(column, table[current, i]))));
        }
    }

    private static string Text(TableColumn column, double value) =>
        double.IsNaN(value) ? ""
        : column.Kind == ColumnKind.Numeric ? value.ToString("R", CultureInfo.InvariantCulture)
        : Quoted(column.Categories[(int)value]);

    private static string Quoted(string text) => text.AsSpan().ContainsAny(',', '"') ? "\"" + text.Replace("\"", "\"\"") + "\"" : text;
}
