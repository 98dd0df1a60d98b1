using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Models.Relations;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>A model's columns in a file that is read in blocks. What a column is, the model says; the other columns stay as they
/// are.</summary>
internal sealed class ModelColumns
{
    private readonly bool _isOwn;
    private readonly MissingMarks _missing;
    private readonly int[] _others;
    private readonly long[] _emptyOthers;

    private ModelColumns(IReadOnlyList<TableColumn> tableColumns, ModelColumn[] columns, int[] others, MissingMarks missing, bool isOwn)
    {
        _isOwn = isOwn;
        TableColumns = tableColumns;
        All = columns;
        _others = others;
        _emptyOthers = new long[others.Length];
        _missing = missing;
    }

    /// <summary>The model's columns.</summary>
    public IReadOnlyList<TableColumn> TableColumns { get; }

    /// <summary>The same columns in the file.</summary>
    public IReadOnlyList<ModelColumn> All { get; }

    /// <summary>The formats of a model's columns, without ends where a relation may compute the cell.</summary>
    /// <param name="formats">How columns are written, by name; may lack some.</param>
    /// <param name="columns">The model's columns.</param>
    /// <param name="relations">What holds between them.</param>
    public static IReadOnlyDictionary<string, CellFormat> WithoutRangesOfComputed(
        IReadOnlyDictionary<string, CellFormat> formats, IReadOnlyList<TableColumn> columns, IReadOnlyList<Relation> relations)
    {
        HashSet<string> computed = new(
            relations.Where(relation => relation.Kind is RelationKind.Equality or RelationKind.Order)
                .SelectMany(relation => relation.Columns).Select(column => columns[column].Name), StringComparer.Ordinal);
        return formats.ToDictionary(
            pair => pair.Key, pair => computed.Contains(pair.Key) ? pair.Value.WithoutRange() : pair.Value, StringComparer.Ordinal);
    }

    /// <summary>How many cells of the model's columns are missing.</summary>
    public long Missing => All.Sum(column => column.Missing);

    /// <summary>How many cells of other columns are empty, and stay so.</summary>
    public long EmptyOthers => _emptyOthers.Sum();

    /// <summary>Finds a model's columns in a file, and looks at all its cells; of a stream, block by block as it comes
    /// (<see cref="Look(CsvDocument)"/>).</summary>
    /// <param name="file">The file.</param>
    /// <param name="missing">What stands for a missing value.</param>
    /// <param name="columns">The model's columns.</param>
    /// <param name="formats">How those of numbers are written, by name; may lack some.</param>
    /// <param name="origin">What the model is called in messages.</param>
    /// <param name="isOwn">Whether the model was trained on this very file, so that cells that it cannot read stay.</param>
    /// <exception cref="InputException">The file lacks one of the model's columns, or a cell is no number where one must be.</exception>
    public static ModelColumns Find(
        CsvBlocks file,
        MissingMarks missing,
        IReadOnlyList<TableColumn> columns,
        IReadOnlyDictionary<string, CellFormat> formats,
        string origin,
        bool isOwn)
    {
        string[] names = [.. file.ColumnNames];
        string[] absent = [.. columns.Select(column => column.Name).Where(name => !names.Contains(name, StringComparer.Ordinal))];
        if (absent.Length > 0)
        {
            throw new InputException(
                $"{file.Path} lacks {(absent.Length == 1 ? "column" : "columns")} {string.Join(", ", absent)} of {origin}; a file with the " +
                $"columns {string.Join(", ", columns.Select(column => column.Name))} was expected.");
        }

        var found = new ModelColumns(
            columns,
            [.. columns.Select(Create)],
            [.. Enumerable.Range(0, names.Length).Where(i => !columns.Any(column => column.Name == names[i]))],
            missing,
            isOwn);
        if (!file.IsStream)
            found.Look(file);
        return found;

        string Why(string what) => $"{origin} has it as a column of {what}";

        ModelColumn Create(TableColumn column)
        {
            int index = Array.IndexOf(names, column.Name);
            CellFormat? format = formats.GetValueOrDefault(column.Name);
            return column.Kind != ColumnKind.Numeric ? new CategoryModelColumn(
                    index, column.Name, missing, column.Categories, format?.Entry?.MergeVariants == true)
                : format?.Entry is { } entry ? new CodedModelColumn(
                    index, column.Name, missing, entry.MissingMarks, format, isOwn ? null : Why(entry.Role.ToName()))
                : new NumberModelColumn(index, column.Name, missing, format?.Marks ?? [], format, Why("numbers"));
        }
    }

    /// <summary>Warns of cells that the model makes nothing of; of words that mean "missing" the training on a file has told.</summary>
    public void Warn(Display display)
    {
        foreach (ModelColumn column in All.OrderBy(column => column.Index))
        {
            if (!_isOwn && column.NoteOnWords is { } note)
                display.Warn(note);
        }

        foreach (ModelColumn column in All.Where(column => column.Unknown > 0))
        {
            display.Warn(
                $"Column {column.Name} has {column.Unknown} cells with categories that the model does not know: they stay, and count as " +
                "missing for the others.");
        }
    }

    /// <summary>Looks at a block of a stream before it is filled: cells are written as those that came until then.</summary>
    /// <exception cref="InputException">A cell is no number where one must be.</exception>
    public void Look(CsvDocument block)
    {
        Count(block);
        RefuseWrong();
    }

    private void Look(CsvBlocks file)
    {
        foreach (CsvDocument block in file.Read())
            Count(block);
        RefuseWrong();
    }

    private void Count(CsvDocument block) => ParallelLoop.Run(All.Count + _others.Length, i =>
    {
        if (i < All.Count)
            All[i].Look(block);
        else
            _emptyOthers[i - All.Count] += _missing.Count(block, _others[i - All.Count]);
    });

    // The first wrong cell of the first column that has one, as if columns were read one after another.
    private void RefuseWrong()
    {
        if (All.Where(column => column.Refusal is not null).MinBy(column => column.Index) is { } refused)
            throw refused.Refusal!;
    }
}
