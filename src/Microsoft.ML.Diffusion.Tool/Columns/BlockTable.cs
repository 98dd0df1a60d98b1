using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>A file that is read in blocks, and what its columns are to a model that learns from it.</summary>
internal sealed class BlockTable
{
    private readonly CsvBlocks _file;

    private BlockTable(CsvBlocks file, IReadOnlyList<ColumnFinding> columns)
    {
        _file = file;
        Columns = columns;
    }

    /// <summary>The file's name, for messages.</summary>
    public string Path => _file.Path;

    /// <summary>How many rows there are.</summary>
    public long RowCount => _file.RowCount;

    /// <summary>A column for each of the file's.</summary>
    public IReadOnlyList<ColumnFinding> Columns { get; }

    /// <summary>The columns that a model can use.</summary>
    public IEnumerable<ColumnFinding> UsedColumns => Columns.Where(column => column.Use != ColumnUse.None);

    /// <summary>How the columns write their numbers, by name.</summary>
    public IReadOnlyDictionary<string, NumberFormat> Formats => UsedColumns
        .Where(column => column.Format is not null)
        .ToDictionary(column => column.Name, column => column.Format!, StringComparer.Ordinal);

    /// <summary>Finds out what each column is.</summary>
    /// <param name="file">The file.</param>
    /// <param name="options">What the user said.</param>
    /// <param name="warn">Told, in a sentence, of what the user may want to know.</param>
    /// <exception cref="InputException">A column that does not exist; a cell that is no number where one must be.</exception>
    public static BlockTable Infer(CsvBlocks file, SchemaOptions options, Action<string> warn) =>
        new(file, new TableSurvey(file.Path, file.ColumnNames, file.Read, options).Find(warn));

    /// <summary>The columns that a model can use, as a view that reads the file anew for every cursor; one at a time.</summary>
    public IDataView ToView() => new BlockView([.. UsedColumns], _file);
}
