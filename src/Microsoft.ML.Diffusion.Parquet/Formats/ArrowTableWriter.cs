using Apache.Arrow;
using Apache.Arrow.Ipc;
using Microsoft.ML.Diffusion.Parquet.Files;

namespace Microsoft.ML.Diffusion.Parquet.Formats;

/// <summary>Writes rows as an Arrow file, one record batch after another, not compressed.</summary>
internal sealed class ArrowTableWriter : StoredTableWriter
{
    private readonly IReadOnlyList<StoredColumn> _columns;
    private readonly ArrowArrays[] _arrays;
    private readonly Schema _schema;
    private readonly ArrowFileWriter _writer;

    /// <param name="output">Takes the bytes; stays open.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="groupSize">Rows of a batch.</param>
    public ArrowTableWriter(Stream output, IReadOnlyList<StoredColumn> columns, int groupSize)
        : base(columns, groupSize)
    {
        _columns = columns;
        _arrays = [.. columns.Select(column => new ArrowArrays(column))];
        _schema = new Schema(columns.Select((column, i) => new Field(column.Name, _arrays[i].Type, column.IsNullable)), metadata: null);
        _writer = new ArrowFileWriter(output, _schema, leaveOpen: true);
        _writer.WriteStart();
    }

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        _writer.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    protected override async Task WriteGroupAsync(int rowCount, CancellationToken cancel)
    {
        using var batch = new RecordBatch(_schema, _columns.Select((_, i) => _arrays[i].Of(Values[i])), rowCount);
        await _writer.WriteRecordBatchAsync(batch, cancel).ConfigureAwait(false);
    }

    /// <inheritdoc />
    protected override Task EndFileAsync(CancellationToken cancel) => _writer.WriteEndAsync(cancel);
}
