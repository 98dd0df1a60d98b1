using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using Microsoft.ML.Diffusion.Parquet.Files;

namespace Microsoft.ML.Diffusion.Parquet.Formats;

/// <summary>Arrow IPC files, read and written with Apache.Arrow. A group of rows is a record batch.</summary>
internal sealed class ArrowFormat : StoredFormat
{
    private const int MagicBytes = 6;

    /// <inheritdoc />
    public override string Name => "Arrow";

    /// <inheritdoc />
    public override IReadOnlyList<string> Extensions { get; } = [".arrow", ".feather"];

    /// <inheritdoc />
    public override Task<(IReadOnlyList<StoredField> Fields, long? RowCount)> DescribeAsync(string file, CancellationToken cancel)
    {
        using Stream stream = OpenArrow(file);
        using var reader = new ArrowFileReader(stream, null, new CompressionCodecFactory(), leaveOpen: true);
        StoredField[] fields = Guard(file, () => FieldsOf(reader));
        if (fields.Length == 0)
            throw new InvalidDataException($"{file} has no columns; at least one was expected.");
        if (fields.GroupBy(field => field.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new InvalidDataException($"{file} has more than one column {twice.Key}; a name for each column was expected.");
        return Task.FromResult<(IReadOnlyList<StoredField>, long?)>((fields, null));
    }

    /// <inheritdoc />
    public override IEnumerable<int> Read(
        string file, IReadOnlyList<StoredColumn> columns, IReadOnlyList<StoredValues?> values, CancellationToken cancel)
    {
        using Stream stream = OpenArrow(file);
        using var reader = new ArrowFileReader(stream, null, new CompressionCodecFactory(), leaveOpen: true);
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            using RecordBatch? batch = Guard(file, reader.ReadNextRecordBatch);
            if (batch is null)
                yield break;
            IArrowArray[] arrays = [.. columns.Select(column => ArrayOf(batch, column, file))];
            for (int i = 0; i < arrays.Length; i++)
            {
                if (values[i] is not { } column)
                    continue;
                cancel.ThrowIfCancellationRequested();
                int count = Guard(file, () =>
                {
                    ArrowCells.Read(arrays[i], column);
                    return column.Count;
                });
                if (count != batch.Length)
                    throw new InvalidDataException($"{file} is damaged: a batch of {batch.Length} rows has {count} in {columns[i].Name}.");
            }

            yield return batch.Length;
        }
    }

    /// <inheritdoc />
    public override Task<StoredTableWriter> CreateWriterAsync(
        Stream output, IReadOnlyList<StoredColumn> columns, int groupSize, CancellationToken cancel) =>
        Task.FromResult<StoredTableWriter>(new ArrowTableWriter(output, columns, groupSize));

    private static FileStream OpenArrow(string file)
    {
        FileStream stream = OpenFile(file);
        Span<byte> magic = stackalloc byte[MagicBytes];
        int read = stream.ReadAtLeast(magic, MagicBytes, throwOnEndOfStream: false);
        if (magic[..read].SequenceEqual("ARROW1"u8))
        {
            stream.Position = 0;
            return stream;
        }

        stream.Dispose();
        throw new InvalidDataException(magic[..read].StartsWith("FEA1"u8)
            ? $"{file} is a Feather file of version 1; one of version 2, which is an Arrow file, was expected."
            : $"{file} cannot be read as an Arrow file: it does not begin as one. A stream of Arrow messages is written as a file first.");
    }

    private T Guard<T>(string file, Func<T> read) => GuardAsync(file, () => Task.FromResult(read())).GetAwaiter().GetResult();

    private static StoredField[] FieldsOf(ArrowFileReader reader)
    {
        // A file has one dictionary of a column for all batches.
        bool hasLevels = reader.Schema.FieldsList.Any(field => field.DataType is DictionaryType);
        using RecordBatch? first = hasLevels ? reader.ReadNextRecordBatch() : null;
        return [.. reader.Schema.FieldsList.Select((field, i) =>
        {
            bool isText = field.DataType is DictionaryType { ValueType: StringType or LargeStringType or StringViewType };
            IEnumerable<string> levels = isText && first is not null ? ArrowCells.LevelsOf((DictionaryArray)first.Column(i)) : [];
            return new StoredField(field.Name, ArrowTypes.Of(field.DataType, levels), field.IsNullable, WhatIn(field.DataType));
        })];
    }

    private static string WhatIn(IArrowType type) => type switch
    {
        BinaryType or LargeBinaryType or BinaryViewType or FixedSizeBinaryType => "bytes",
        ListType or LargeListType or ListViewType or FixedSizeListType => "lists",
        StructType => "structures",
        MapType => "maps",
        DictionaryType dictionary => $"a dictionary of type {dictionary.ValueType.Name}",
        _ => $"values of type {type.Name}",
    };

    private static IArrowArray ArrayOf(RecordBatch batch, StoredColumn column, string file)
    {
        int place = batch.Schema.GetFieldIndex(column.Name);
        return place >= 0 && ArrowTypes.Of(batch.Schema.GetFieldByIndex(place).DataType, []) is { } type && type.Kind == column.Type.Kind
            ? batch.Column(place)
            : throw new InvalidDataException($"{file} has changed: it has no column {column.Name} of {column.Type.Name} any more.");
    }
}
