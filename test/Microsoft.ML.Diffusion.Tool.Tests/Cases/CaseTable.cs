using System.Globalization;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Tests.Cases;

/// <summary>The cells of a file as texts, by column.</summary>
internal sealed class CaseTable
{
    private readonly CsvDocument _document;

    private CaseTable(CsvDocument document) => _document = document;

    public int RowCount => _document.RowCount;

    public static CaseTable Read(string path) => new(CsvDocument.Read(path));

    /// <summary>All cells of a column; empty texts for empty cells.</summary>
    public string[] this[string column]
    {
        get
        {
            int index = _document.ColumnNames.ToList().IndexOf(column);
            Assert.True(index >= 0, $"there is no column {column}");
            return [.. Enumerable.Range(0, RowCount).Select(row => _document.Text(row, index))];
        }
    }

    public IReadOnlyList<string> Columns => _document.ColumnNames;

    /// <summary>All cells of a column of plain numbers; NaN for empty ones.</summary>
    public double[] Numbers(string column) => [.. this[column].Select(Number)];

    /// <summary>The number that a text says; NaN where it is empty.</summary>
    public static double Number(string text) => text.Length == 0 ? double.NaN : double.Parse(text, CultureInfo.InvariantCulture);
}
