using Parquet;
using Parquet.Schema;

namespace Microsoft.ML.Diffusion.Parquet.Files;

/// <summary>Texts.</summary>
internal sealed class StoredTexts : StoredValues
{
    private string?[] _values = [];

    /// <summary>A text; null where it is missing.</summary>
    public string? this[int row] => _values[row];

    /// <summary>Adds a text.</summary>
    public void Add(string? value)
    {
        Grow(ref _values, Count);
        _values[Count++] = value;
    }

    /// <inheritdoc />
    public override bool IsMissing(int row) => _values[row] is null;

    /// <inheritdoc />
    public override void AddMissing() => Add(null);

    /// <inheritdoc />
    public override void Clear()
    {
        Array.Clear(_values, 0, Count);
        Count = 0;
    }

    /// <inheritdoc />
    public override async Task ReadAsync(ParquetRowGroupReader reader, DataField field, CancellationToken cancel)
    {
        int count = checked((int)reader.RowCount);
        if (_values.Length < count)
            _values = new string?[count];
        await reader.ReadAsync(field, _values.AsMemory(0, count), cancellationToken: cancel).ConfigureAwait(false);
        Count = count;
    }

    /// <inheritdoc />
    public override async Task WriteAsync(ParquetRowGroupWriter writer, DataField field, CancellationToken cancel)
    {
        if (!field.IsNullable && Array.IndexOf(_values, null, 0, Count) >= 0)
            throw new InvalidOperationException($"Column {field.Name} may not be null, and a value of it is missing.");
        await writer.WriteAsync(field, new ArraySegment<string>(_values!, 0, Count)).ConfigureAwait(false);
    }
}
