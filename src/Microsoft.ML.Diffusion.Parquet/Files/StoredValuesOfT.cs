using Parquet;
using Parquet.Schema;

namespace Microsoft.ML.Diffusion.Parquet.Files;

/// <summary>Numbers, truth values, moments and identifiers.</summary>
internal sealed class StoredValues<T> : StoredValues
    where T : struct
{
    private T?[] _values = [];

    /// <summary>A value; null where it is missing.</summary>
    public T? this[int row] => _values[row];

    /// <summary>Adds a value.</summary>
    public void Add(T? value)
    {
        Grow(ref _values, Count);
        _values[Count++] = value;
    }

    /// <inheritdoc />
    public override bool IsMissing(int row) => !_values[row].HasValue;

    /// <inheritdoc />
    public override void AddMissing() => Add(null);

    /// <inheritdoc />
    public override void Clear() => Count = 0;

    /// <inheritdoc />
    public override async Task ReadAsync(ParquetRowGroupReader reader, DataField field, CancellationToken cancel)
    {
        Count = checked((int)reader.RowCount);
        if (_values.Length < Count)
            _values = new T?[Count];
        if (field.IsNullable)
        {
            await reader.ReadAsync<T>(field, _values.AsMemory(0, Count), cancellationToken: cancel).ConfigureAwait(false);
            return;
        }

        var values = new T[Count];
        await reader.ReadAsync<T>(field, values.AsMemory(), cancellationToken: cancel).ConfigureAwait(false);
        for (int i = 0; i < values.Length; i++)
            _values[i] = values[i];
    }

    /// <inheritdoc />
    public override async Task WriteAsync(ParquetRowGroupWriter writer, DataField field, CancellationToken cancel)
    {
        if (field.IsNullable)
        {
            await writer.WriteAsync<T>(field, _values.AsMemory(0, Count), cancellationToken: cancel).ConfigureAwait(false);
            return;
        }

        var values = new T[Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = _values[i]
                ?? throw new InvalidOperationException($"Column {field.Name} may not be null, and a value of it is missing.");
        }

        await writer.WriteAsync<T>(field, values.AsMemory(), cancellationToken: cancel).ConfigureAwait(false);
    }
}
