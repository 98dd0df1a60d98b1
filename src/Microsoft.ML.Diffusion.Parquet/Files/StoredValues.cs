using Parquet;
using Parquet.Schema;

namespace Microsoft.ML.Diffusion.Parquet.Files;

/// <summary>The values of one column in one row group, read from a file or to be written to one.</summary>
internal abstract class StoredValues
{
    /// <summary>How many values there are.</summary>
    public int Count { get; protected set; }

    /// <summary>Whether a value is missing.</summary>
    public abstract bool IsMissing(int row);

    /// <summary>Adds a missing value.</summary>
    public abstract void AddMissing();

    /// <summary>Removes all values.</summary>
    public abstract void Clear();

    /// <summary>Takes the values of a row group in place of its own.</summary>
    public abstract Task ReadAsync(ParquetRowGroupReader reader, DataField field, CancellationToken cancel);

    /// <summary>Writes all values.</summary>
    public abstract Task WriteAsync(ParquetRowGroupWriter writer, DataField field, CancellationToken cancel);

    /// <summary>Makes room for one more value.</summary>
    protected static void Grow<TValue>(ref TValue[] values, int count)
    {
        if (count == values.Length)
            Array.Resize(ref values, Math.Max(1024, 2 * count));
    }
}
