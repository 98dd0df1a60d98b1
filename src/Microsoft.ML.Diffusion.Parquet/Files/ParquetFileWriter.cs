using Parquet;
using Parquet.Schema;

namespace Microsoft.ML.Diffusion.Parquet.Files;

/// <summary>Writes rows as a Parquet file, one row group after another.</summary>
internal sealed class ParquetFileWriter : IAsyncDisposable
{
    /// <summary>Rows of a row group when nothing else is asked for: as many as DuckDB writes.</summary>
    public const int DefaultRowGroupSize = 122_880;

    private readonly DataField[] _fields;
    private readonly ParquetWriter _writer;
    private readonly int _rowGroupSize;
    private int _rows;

    private ParquetFileWriter(IReadOnlyList<ParquetColumn> columns, DataField[] fields, ParquetWriter writer, int rowGroupSize)
    {
        Values = [.. columns.Select(column => column.Type.CreateValues())];
        _fields = fields;
        _writer = writer;
        _rowGroupSize = rowGroupSize;
    }

    /// <summary>Where the values of each column go: one is added to each, then <see cref="EndRowAsync"/> is called.</summary>
    public IReadOnlyList<ParquetValues> Values { get; }

    /// <summary>Starts a file.</summary>
    /// <param name="output">Takes the bytes; stays open.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="rowGroupSize">Rows of a row group.</param>
    /// <param name="cancel">Stops the writing.</param>
    public static async Task<ParquetFileWriter> CreateAsync(
        Stream output, IReadOnlyList<ParquetColumn> columns, int rowGroupSize, CancellationToken cancel)
    {
        DataField[] fields = [.. columns.Select(column => column.Type.ToField(column.Name, column.IsNullable))];
        ParquetWriter writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(fields), output, cancellationToken: cancel).ConfigureAwait(false);
        return new ParquetFileWriter(columns, fields, writer, rowGroupSize);
    }

    /// <summary>Ends a row.</summary>
    public ValueTask EndRowAsync(CancellationToken cancel)
    {
        _rows++;
        return _rows < _rowGroupSize ? ValueTask.CompletedTask : new ValueTask(EndRowGroupAsync(cancel));
    }

    /// <summary>Writes what is left. Disposing it then ends the file.</summary>
    public async Task FinishAsync(CancellationToken cancel)
    {
        if (_rows > 0)
            await EndRowGroupAsync(cancel).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private async Task EndRowGroupAsync(CancellationToken cancel)
    {
        using ParquetRowGroupWriter group = _writer.CreateRowGroup();
        for (int i = 0; i < _fields.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            await Values[i].WriteAsync(group, _fields[i], cancel).ConfigureAwait(false);
            Values[i].Clear();
        }

        group.CompleteValidate();
        _rows = 0;
    }
}
