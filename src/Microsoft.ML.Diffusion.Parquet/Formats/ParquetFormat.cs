using Microsoft.ML.Diffusion.Parquet.Files;
using Parquet;
using Parquet.Schema;

namespace Microsoft.ML.Diffusion.Parquet.Formats;

/// <summary>Parquet files, read and written with Parquet.Net.</summary>
internal sealed class ParquetFormat : StoredFormat
{
    /// <inheritdoc />
    public override string Name => "Parquet";

    /// <inheritdoc />
    public override IReadOnlyList<string> Extensions { get; } = [".parquet"];

    /// <inheritdoc />
    public override async Task<(IReadOnlyList<StoredField> Fields, long? RowCount)> DescribeAsync(string file, CancellationToken cancel)
    {
        using Stream stream = OpenFile(file);
        await using ParquetReader reader = await OpenReaderAsync(file, stream, cancel).ConfigureAwait(false);
        StoredField[] fields = [.. reader.Schema.Fields.Select(field =>
            new StoredField(field.Name, StoredType.Of(field), field.IsNullable, WhatIn(field)))];
        return (fields, reader.RowGroups.Sum(group => group.RowCount));
    }

    /// <inheritdoc />
    public override IEnumerable<int> Read(
        string file, IReadOnlyList<StoredColumn> columns, IReadOnlyList<StoredValues?> values, CancellationToken cancel)
    {
        using Stream stream = OpenFile(file);
        ParquetReader reader = Wait(OpenReaderAsync(file, stream, cancel));
        try
        {
            DataField[] fields = [.. columns.Select(column => FieldOf(reader.Schema, column, file))];
            for (int i = 0; i < reader.RowGroupCount; i++)
            {
                cancel.ThrowIfCancellationRequested();
                using ParquetRowGroupReader group = reader.OpenRowGroupReader(i);
                Wait(ReadAsync(group, fields, values, file, cancel));
                yield return checked((int)group.RowCount);
            }
        }
        finally
        {
            reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <inheritdoc />
    public override async Task<StoredTableWriter> CreateWriterAsync(
        Stream output, IReadOnlyList<StoredColumn> columns, int groupSize, CancellationToken cancel) =>
        await ParquetTableWriter.CreateAsync(output, columns, groupSize, cancel).ConfigureAwait(false);

    // A cursor has no asynchronous way to move on.
    private static TResult Wait<TResult>(Task<TResult> task) => task.GetAwaiter().GetResult();

    private async Task<bool> ReadAsync(
        ParquetRowGroupReader group, DataField[] fields, IReadOnlyList<StoredValues?> values, string file, CancellationToken cancel)
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

    private Task<ParquetReader> OpenReaderAsync(string path, Stream stream, CancellationToken cancel) =>
        GuardAsync(path, () => ParquetReader.CreateAsync(stream, leaveStreamOpen: true, cancellationToken: cancel));

    private static string WhatIn(Field field) => field switch
    {
        DataField data when data.ClrType == typeof(ReadOnlyMemory<byte>) || data.ClrType == typeof(byte[]) => "bytes",
        DataField { MaxRepetitionLevel: 0, IsArray: false } data => $"values of type {data.ClrType.Name}",
        StructField => "structures",
        MapField => "maps",
        _ => "lists",
    };

    private static DataField FieldOf(ParquetSchema schema, StoredColumn column, string file) =>
        schema.Fields.FirstOrDefault(field => field.Name == column.Name) is DataField found && StoredType.Of(found) == column.Type
            ? found
            : throw new InvalidDataException($"{file} has changed: it has no column {column.Name} of {column.Type.Name} any more.");
}
