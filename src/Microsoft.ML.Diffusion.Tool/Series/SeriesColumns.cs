using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Series;

/// <summary>The columns of a file that make series, and how they are read.</summary>
internal sealed class SeriesColumns
{
    private readonly MissingMarks _marks;
    private readonly string _order;
    private readonly double _hours;

    /// <param name="file">The file; all its cells are looked at.</param>
    /// <param name="marks">What stands for a missing value.</param>
    /// <param name="schema">The columns: texts (the group, categories of a whole series) and numbers (all others).</param>
    /// <param name="order">The column of times.</param>
    /// <param name="formats">How columns of numbers are written.</param>
    /// <param name="origin">What the model is called in messages.</param>
    /// <param name="isOwn">Whether the model was trained on this very file.</param>
    /// <exception cref="InputException">A column is not there, or a cell is no number where one must be.</exception>
    public SeriesColumns(
        CsvBlocks file,
        MissingMarks marks,
        DataViewSchema schema,
        string order,
        IReadOnlyDictionary<string, CellFormat> formats,
        string origin,
        bool isOwn)
    {
        (_marks, _order, Schema) = (marks, order, schema);
        string[] names = [.. file.ColumnNames];
        if (schema.Select(column => column.Name).FirstOrDefault(name => !names.Contains(name, StringComparer.Ordinal)) is { } absent)
            throw new InputException($"{file.Path} has no column '{absent}' of {origin}{NearNames.Ask(absent, names)}");
        TableColumn[] numbers =
            [.. schema.Where(column => column.Type is not TextDataViewType).Select(column => TableColumn.Numeric(column.Name))];
        Numbers = ModelColumns.Find(file, marks, numbers, formats, origin, isOwn);
        Indices = [.. schema.Select(column => Array.IndexOf(names, column.Name))];
        _hours = HoursOf(formats.GetValueOrDefault(order)?.Entry?.Role);
    }

    /// <summary>The columns, as a model sees them.</summary>
    public DataViewSchema Schema { get; }

    /// <summary>Those of numbers.</summary>
    public ModelColumns Numbers { get; }

    /// <summary>Where each column is in the file.</summary>
    public int[] Indices { get; }

    /// <summary>A column of numbers.</summary>
    public ModelColumn NumberColumn(string name) => Numbers.All.First(column => column.Name == name);

    /// <summary>Reads a column of numbers, the times of dates in hours.</summary>
    public Func<CsvDocument, int, double> NumberReader(string name)
    {
        ModelColumn column = NumberColumn(name);
        double scale = name == _order ? _hours : 1;
        return (block, row) =>
        {
            column.IsMissing(block, row, out double value);
            return value * scale;
        };
    }

    /// <summary>Reads a column of texts; empty where one is missing.</summary>
    public Func<CsvDocument, int, string> TextReader(int column) =>
        (block, row) => _marks.IsMissing(block, row, Indices[column]) ? string.Empty : block.Text(row, Indices[column]);

    // Codecs count dates in days and all other times in seconds.
    private static double HoursOf(ColumnRole? role) => role switch
    {
        ColumnRole.Date => 24,
        ColumnRole.Timestamp or ColumnRole.Time or ColumnRole.Duration => 1.0 / 3600,
        _ => 1,
    };
}
