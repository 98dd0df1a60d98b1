using System.Collections.ObjectModel;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Series;

/// <summary>The columns of a file that make series to a model, and how they are read.</summary>
internal sealed class SeriesColumns
{
    private readonly CsvBlocks _file;
    private readonly MissingMarks _marks;
    private readonly string _order;
    private readonly DataViewSchema _schema;
    private readonly IReadOnlyDictionary<string, CellFormat> _formats;
    private readonly Dictionary<string, ModelColumn> _modelColumns;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> _categories;

    /// <param name="file">The file; all its cells are looked at.</param>
    /// <param name="marks">What stands for a missing value.</param>
    /// <param name="schema">The columns: texts (the group, categories) and numbers (all others).</param>
    /// <param name="order">The column of times.</param>
    /// <param name="formats">How columns write their values.</param>
    /// <param name="categories">The model's categories of those columns of texts that are filled; null for none.</param>
    /// <param name="origin">What the model is called in messages.</param>
    /// <param name="isOwn">Whether the model was trained on this very file.</param>
    /// <exception cref="InputException">A column is not there, or a cell is no number where one must be.</exception>
    public SeriesColumns(
        CsvBlocks file,
        MissingMarks marks,
        DataViewSchema schema,
        string order,
        IReadOnlyDictionary<string, CellFormat> formats,
        IReadOnlyDictionary<string, IReadOnlyList<string>>? categories,
        string origin,
        bool isOwn)
    {
        (_file, _marks, _schema, _order, _formats) = (file, marks, schema, order, formats);
        _categories = categories ?? ReadOnlyDictionary<string, IReadOnlyList<string>>.Empty;
        string[] names = [.. file.ColumnNames];
        if (schema.Select(column => column.Name).FirstOrDefault(name => !names.Contains(name, StringComparer.Ordinal)) is { } absent)
            throw new InputException($"{file.Path} has no column '{absent}' of {origin}{NearNames.Ask(absent, names)}");
        ModelColumns = ModelColumns.Find(file, marks, [.. schema.Select(ToTableColumn).OfType<TableColumn>()], formats, origin, isOwn);
        _modelColumns = ModelColumns.All.ToDictionary(column => column.Name, StringComparer.Ordinal);
    }

    /// <summary>Those of numbers, and of categories that are filled.</summary>
    public ModelColumns ModelColumns { get; }

    /// <summary>One of these.</summary>
    public ModelColumn ModelColumn(string name) => _modelColumns[name];

    /// <summary>The columns, as a model sees them.</summary>
    public IDataView ToView() => new BlockView([.. _schema.Select(ToViewColumn)], _file);

    /// <summary>A column of texts that are not filled: names of series, and categories of whole ones.</summary>
    public static BlockViewColumn Texts(CsvBlocks file, string name, MissingMarks marks)
    {
        int index = file.ColumnNames.Index().First(column => column.Item == name).Index;
        return new BlockViewColumn(
            name, Number: null, (block, row) => marks.IsMissing(block, row, index) ? string.Empty : block.Text(row, index));
    }

    /// <summary>A column of numbers; times of dates are read in hours.</summary>
    /// <param name="name">What the view calls it.</param>
    /// <param name="column">Reads its cells.</param>
    /// <param name="timeFormat">How it writes times; null where its numbers are taken as they are.</param>
    public static BlockViewColumn Numbers(string name, ModelColumn column, CellFormat? timeFormat)
    {
        // Codecs count dates in days and all other times in seconds.
        double scale = timeFormat?.Entry?.Role switch
        {
            ColumnRole.Date => 24,
            ColumnRole.Timestamp or ColumnRole.Time or ColumnRole.Duration => 1.0 / 3600,
            _ => 1,
        };
        return new BlockViewColumn(
            name,
            (block, row) =>
            {
                column.IsMissing(block, row, out double value);
                return value * scale;
            },
            Text: null);
    }

    private TableColumn? ToTableColumn(DataViewSchema.Column column) =>
        column.Type is not TextDataViewType ? TableColumn.Numeric(column.Name)
        : _categories.TryGetValue(column.Name, out IReadOnlyList<string>? known) ? TableColumn.Categorical(column.Name, known)
        : null;

    private BlockViewColumn ToViewColumn(DataViewSchema.Column column)
    {
        if (!_modelColumns.TryGetValue(column.Name, out ModelColumn? source))
            return Texts(_file, column.Name, _marks);
        if (!_categories.TryGetValue(column.Name, out IReadOnlyList<string>? known))
            return Numbers(column.Name, source, column.Name == _order ? _formats.GetValueOrDefault(_order) : null);

        // A text that is none of the model's categories says nothing to it.
        return new BlockViewColumn(column.Name, Number: null, (block, row) =>
            !source.IsMissing(block, row, out double code) && code < known.Count ? known[(int)code] : string.Empty);
    }
}
