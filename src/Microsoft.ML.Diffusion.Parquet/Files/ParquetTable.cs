using Parquet;
using Parquet.Schema;

namespace Microsoft.ML.Diffusion.Parquet.Files;

/// <summary>A Parquet file, or the Parquet files of a folder in the order of their names, as one table. It may be read by several readers
/// at a time; each has its own open file.</summary>
internal sealed class ParquetTable
{
    /// <summary>The end of the name of a Parquet file.</summary>
    public const string Extension = ".parquet";

    private readonly IReadOnlyList<string> _files;

    private ParquetTable(string path, IReadOnlyList<string> files, IReadOnlyList<ParquetColumn> columns, long rowCount)
    {
        Path = path;
        _files = files;
        Columns = columns;
        RowCount = rowCount;
    }

    /// <summary>The name that the user gave.</summary>
    public string Path { get; }

    /// <summary>The columns.</summary>
    public IReadOnlyList<ParquetColumn> Columns { get; }

    /// <summary>The rows of all files.</summary>
    public long RowCount { get; }

    /// <summary>Reads what the files say of themselves, no rows.</summary>
    /// <param name="path">A file, or a folder of Parquet files. Files whose name starts with <c>_</c> or <c>.</c> are no part of it, as
    /// Spark has it, nor are folders in it.</param>
    /// <param name="names">Names of the columns to read; null for all.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    /// <exception cref="InvalidDataException">It is no Parquet file; the files have different columns; a column is a list, a structure or
    /// bytes; a column is not there.</exception>
    public static async Task<ParquetTable> OpenAsync(string path, IReadOnlyList<string>? names, CancellationToken cancel)
    {
        string[] files = FilesOf(path);
        ParquetColumn[] columns = [];
        long rows = 0;
        foreach (string file in files)
        {
            using Stream stream = OpenFile(file);
            await using ParquetReader reader = await OpenReaderAsync(file, stream, cancel).ConfigureAwait(false);
            ParquetColumn[] own = ColumnsOf(reader.Schema, file, names);
            columns = columns.Length == 0 ? own : Merged(columns, own, files[0], file);
            rows += reader.RowGroups.Sum(group => group.RowCount);
        }

        return new ParquetTable(path, files, columns, rows);
    }

    /// <summary>Whether a folder has Parquet files.</summary>
    public static bool IsFolder(string path) => Directory.Exists(path) && FilesIn(path).Length > 0;

    /// <summary>Reads one row group after another.</summary>
    /// <param name="wanted">Whether a column is read, by its place among <see cref="Columns"/>.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <returns>The number of rows of a group and the values of its columns, null for those that are not read. They are overwritten by
    /// those of the next group.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or is another than before.</exception>
    public IEnumerable<(int RowCount, ParquetValues?[] Values)> Read(IReadOnlyList<bool> wanted, CancellationToken cancel)
    {
        ParquetValues?[] values = [.. Columns.Select((column, i) => wanted[i] ? column.Type.CreateValues() : null)];
        foreach (string file in _files)
        {
            using Stream stream = OpenFile(file);
            ParquetReader reader = Wait(OpenReaderAsync(file, stream, cancel));
            try
            {
                DataField[] fields = [.. Columns.Select(column => FieldOf(reader.Schema, column, file))];
                for (int i = 0; i < reader.RowGroupCount; i++)
                {
                    cancel.ThrowIfCancellationRequested();
                    using ParquetRowGroupReader group = reader.OpenRowGroupReader(i);
                    Wait(ReadAsync(group, fields, values, file, cancel));
                    yield return (checked((int)group.RowCount), values);
                }
            }
            finally
            {
                reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }
    }

    // A cursor has no asynchronous way to move on.
    private static TResult Wait<TResult>(Task<TResult> task) => task.GetAwaiter().GetResult();

    private static async Task<bool> ReadAsync(
        ParquetRowGroupReader group, DataField[] fields, ParquetValues?[] values, string file, CancellationToken cancel)
    {
        for (int i = 0; i < fields.Length; i++)
        {
            if (values[i] is not { } column)
                continue;
            cancel.ThrowIfCancellationRequested();
            await GuardAsync(file, async () =>
            {
                await column.ReadAsync(group, fields[i], cancel).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
        }

        return true;
    }

    private static string[] FilesIn(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*" + Extension)
            .Where(file => System.IO.Path.GetFileName(file)[0] is not ('_' or '.'))
            .Order(StringComparer.Ordinal),
    ];

    private static string[] FilesOf(string path)
    {
        if (!Directory.Exists(path))
            return [path];
        string[] files = FilesIn(path);
        return files.Length > 0
            ? files
            : throw new InvalidDataException($"{path} has no files that end in {Extension}; a folder of Parquet files was expected.");
    }

    private static FileStream OpenFile(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16);

    private static Task<ParquetReader> OpenReaderAsync(string path, Stream stream, CancellationToken cancel) =>
        GuardAsync(path, () => ParquetReader.CreateAsync(stream, leaveStreamOpen: true, cancellationToken: cancel));

    // Parquet.Net throws what it happens to meet in a damaged file.
    private static async Task<TResult> GuardAsync<TResult>(string path, Func<Task<TResult>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException or UnauthorizedAccessException))
        {
            throw new InvalidDataException($"{path} cannot be read as a Parquet file: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private static ParquetColumn[] ColumnsOf(ParquetSchema schema, string file, IReadOnlyList<string>? names)
    {
        if (names?.FirstOrDefault(name => schema.Fields.All(field => field.Name != name)) is { } absent)
        {
            throw new InvalidDataException(
                $"{file} has no column {absent}; one of {string.Join(", ", schema.Fields.Select(field => field.Name))} was expected.");
        }

        IEnumerable<Field> fields = names is null ? schema.Fields : names.Select(name => schema.Fields.First(field => field.Name == name));
        return [.. fields.Select(field => new ParquetColumn(
            field.Name,
            ParquetType.Of(field) ?? throw new InvalidDataException(
                $"{file}: column {field.Name} holds {WhatIn(field)}; numbers, texts, dates, times or truth values were expected."),
            field.IsNullable))];
    }

    private static string WhatIn(Field field) => field switch
    {
        DataField data when data.ClrType == typeof(ReadOnlyMemory<byte>) || data.ClrType == typeof(byte[]) => "bytes",
        DataField { MaxRepetitionLevel: 0, IsArray: false } data => $"values of type {data.ClrType.Name}",
        StructField => "structures",
        MapField => "maps",
        _ => "lists",
    };

    private static ParquetColumn[] Merged(
        ParquetColumn[] all, ParquetColumn[] own, string first, string file)
    {
        if (all.Length != own.Length)
        {
            throw new InvalidDataException(
                $"{file} has {own.Length} columns and {first} {all.Length}; the same columns in all files of the folder were expected.");
        }

        return [.. all.Select((column, i) => column.Name == own[i].Name && column.Type == own[i].Type
            ? column with { IsNullable = column.IsNullable || own[i].IsNullable }
            : throw new InvalidDataException(
                $"{file} has column {own[i].Name} of {own[i].Type.Name} where {first} has {column.Name} of {column.Type.Name}; the same " +
                "columns in all files of the folder were expected."))];
    }

    private static DataField FieldOf(ParquetSchema schema, ParquetColumn column, string file) =>
        schema.Fields.FirstOrDefault(field => field.Name == column.Name) is DataField found && ParquetType.Of(found) == column.Type
            ? found
            : throw new InvalidDataException($"{file} has changed: it has no column {column.Name} of {column.Type.Name} any more.");
}
