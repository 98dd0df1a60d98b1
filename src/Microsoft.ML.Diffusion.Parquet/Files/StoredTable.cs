namespace Microsoft.ML.Diffusion.Parquet.Files;

/// <summary>A file of columns, or the files of a folder in the order of their names, as one table. It may be read by several readers at a
/// time; each has its own open file.</summary>
internal sealed class StoredTable
{
    private readonly StoredFormat _format;
    private readonly IReadOnlyList<string> _files;

    private StoredTable(
        StoredFormat format, string path, IReadOnlyList<string> files, IReadOnlyList<StoredColumn> columns, long? rowCount)
    {
        _format = format;
        Path = path;
        _files = files;
        Columns = columns;
        RowCount = rowCount;
    }

    /// <summary>The name that the user gave.</summary>
    public string Path { get; }

    /// <summary>The columns.</summary>
    public IReadOnlyList<StoredColumn> Columns { get; }

    /// <summary>The rows of all files; null where the files do not say.</summary>
    public long? RowCount { get; }

    /// <summary>Reads what the files say of themselves, no rows.</summary>
    /// <param name="format">What the files are.</param>
    /// <param name="path">A file, or a folder of files of the format. Files whose name starts with <c>_</c> or <c>.</c> are no part of it,
    /// as Spark has it, nor are folders in it.</param>
    /// <param name="names">Names of the columns to read; null for all.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    /// <exception cref="InvalidDataException">It is no file of the format; the files have different columns; a column is a list, a
    /// structure or bytes; a column is not there.</exception>
    public static async Task<StoredTable> OpenAsync(
        StoredFormat format, string path, IReadOnlyList<string>? names, CancellationToken cancel)
    {
        string[] files = FilesOf(format, path);
        StoredColumn[] columns = [];
        long? rows = 0;
        foreach (string file in files)
        {
            (IReadOnlyList<StoredField> fields, long? count) = await format.DescribeAsync(file, cancel).ConfigureAwait(false);
            StoredColumn[] own = ColumnsOf(fields, file, names);
            columns = columns.Length == 0 ? own : Merged(columns, own, files[0], file);
            rows += count;
        }

        return new StoredTable(format, path, files, columns, rows);
    }

    /// <summary>Reads one group of rows after another.</summary>
    /// <param name="wanted">Whether a column is read, by its place among <see cref="Columns"/>.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <returns>The number of rows of a group and the values of its columns, null for those that are not read. They are overwritten by
    /// those of the next group.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or is another than before.</exception>
    public IEnumerable<(int RowCount, StoredValues?[] Values)> Read(IReadOnlyList<bool> wanted, CancellationToken cancel)
    {
        StoredValues?[] values = [.. Columns.Select((column, i) => wanted[i] ? column.Type.CreateValues() : null)];
        foreach (string file in _files)
        {
            foreach (int rowCount in _format.Read(file, Columns, values, cancel))
                yield return (rowCount, values);
        }
    }

    private static string[] FilesOf(StoredFormat format, string path)
    {
        if (!Directory.Exists(path))
            return [path];
        string[] files = format.FilesIn(path);
        return files.Length > 0
            ? files
            : throw new InvalidDataException(
                $"{path} has no files that end in {string.Join(" or ", format.Extensions)}; a folder of {format.Name} files was expected.");
    }

    private static StoredColumn[] ColumnsOf(IReadOnlyList<StoredField> all, string file, IReadOnlyList<string>? names)
    {
        if (names?.FirstOrDefault(name => all.All(field => field.Name != name)) is { } absent)
        {
            throw new InvalidDataException(
                $"{file} has no column {absent}; one of {string.Join(", ", all.Select(field => field.Name))} was expected.");
        }

        IEnumerable<StoredField> fields = names is null ? all : names.Select(name => all.First(field => field.Name == name));
        return [.. fields.Select(field => new StoredColumn(
            field.Name,
            field.Type ?? throw new InvalidDataException(
                $"{file}: column {field.Name} holds {field.What}; numbers, texts, dates, times or truth values were expected."),
            field.IsNullable))];
    }

    private static StoredColumn[] Merged(StoredColumn[] all, StoredColumn[] own, string first, string file)
    {
        if (all.Length != own.Length)
        {
            throw new InvalidDataException(
                $"{file} has {own.Length} columns and {first} {all.Length}; the same columns in all files of the folder were expected.");
        }

        return [.. all.Select((column, i) => column.Name == own[i].Name && column.Type.With(own[i].Type) is { } type
            ? column with { Type = type, IsNullable = column.IsNullable || own[i].IsNullable }
            : throw new InvalidDataException(
                $"{file} has column {own[i].Name} of {own[i].Type.Name} where {first} has {column.Name} of {column.Type.Name}; the same " +
                "columns in all files of the folder were expected."))];
    }
}
