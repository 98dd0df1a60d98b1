using Microsoft.ML.Diffusion.Parquet.Files;
using Parquet;
using Parquet.Schema;

namespace Microsoft.ML.Diffusion.Parquet.Formats;

/// <summary>Writes rows as a Parquet file, one row group after another.</summary>
internal sealed class ParquetTableWriter : StoredTableWriter
{
    private readonly DataField[] _fields;
    private readonly ParquetWriter _writer;

    private ParquetTableWriter(IReadOnlyList<StoredColumn> columns, DataField[] fields, ParquetWriter writer, int groupSize)
        : base(columns, groupSize)
    {
        _fields = fields;
        _writer = writer;
    }

    /// <summary>Starts a file.</summary>
    /// <param name="output">Takes the bytes; stays open.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="groupSize">Rows of a row group.</param>
    /// <param name="cancel">Stops the writing.</param>
    public static async Task<ParquetTableWriter> CreateAsync(
        Stream output, IReadOnlyList<StoredColumn> columns, int groupSize, CancellationToken cancel)
    {
        DataField[] fields = [.. columns.Select(column => column.Type.ToField(column.Name, column.IsNullable))];
        ParquetWriter writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(fields), output, cancellationToken: cancel).ConfigureAwait(false);
        return new ParquetTableWriter(columns, fields, writer, groupSize);
    }

    /// <inheritdoc />
    public override ValueTask DisposeAsync() => _writer.DisposeAsync();

    /// <inheritdoc />
    protected override async Task WriteGroupAsync(int rowCount, CancellationToken cancel)
    {
        using ParquetRowGroupWriter group = _writer.CreateRowGroup();
        for (int i = 0; i < _fields.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            await Values[i].WriteAsync(group, _fields[i], cancel).ConfigureAwait(false);
        }

        group.CompleteValidate();
    }

    // Disposing ends the file.
    /// <inheritdoc />
    protected override Task EndFileAsync(CancellationToken cancel) => Task.CompletedTask;
}
