namespace Microsoft.ML.Diffusion.Parquet.Files;

/// <summary>Writes rows as a file of columns, one group of rows after another.</summary>
/// <param name="columns">The columns.</param>
/// <param name="groupSize">Rows of a group.</param>
internal abstract class StoredTableWriter(IReadOnlyList<StoredColumn> columns, int groupSize) : IAsyncDisposable
{
    /// <summary>Rows of a group when nothing else is asked for: as many as DuckDB writes.</summary>
    public const int DefaultGroupSize = 122_880;

    private int _rows;

    /// <summary>Where the values of each column go: one is added to each, then <see cref="EndRowAsync"/> is called.</summary>
    public IReadOnlyList<StoredValues> Values { get; } = [.. columns.Select(column => column.Type.CreateValues())];

    /// <summary>Ends a row.</summary>
    public ValueTask EndRowAsync(CancellationToken cancel)
    {
        _rows++;
        return _rows < groupSize ? ValueTask.CompletedTask : new ValueTask(EndGroupAsync(cancel));
    }

    /// <summary>Writes what is left, and the end of the file.</summary>
    public async Task FinishAsync(CancellationToken cancel)
    {
        if (_rows > 0)
            await EndGroupAsync(cancel).ConfigureAwait(false);
        await EndFileAsync(cancel).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public abstract ValueTask DisposeAsync();

    /// <summary>Writes <see cref="Values"/> as a group.</summary>
    protected abstract Task WriteGroupAsync(int rowCount, CancellationToken cancel);

    /// <summary>Writes what stands behind the last group.</summary>
    protected abstract Task EndFileAsync(CancellationToken cancel);

    private async Task EndGroupAsync(CancellationToken cancel)
    {
        await WriteGroupAsync(_rows, cancel).ConfigureAwait(false);
        foreach (StoredValues values in Values)
            values.Clear();
        _rows = 0;
    }
}
