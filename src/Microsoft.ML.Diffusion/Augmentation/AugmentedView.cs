namespace Microsoft.ML.Diffusion;

/// <summary>The real rows, and behind them or in their place the synthetic ones. Any number of cursors may be open at once.</summary>
/// <param name="input">The real rows.</param>
/// <param name="mapper">Passes them on.</param>
/// <param name="source">The synthetic rows; null for none.</param>
/// <param name="onRead">Told that rows are about to be read, at each reading.</param>
internal sealed class AugmentedView(IDataView input, AugmentMapper mapper, SyntheticSource? source, Action? onRead = null) : IDataView
{
    public DataViewSchema Schema => mapper.OutputSchema;

    public bool CanShuffle => source is null && input.CanShuffle;

    public long? GetRowCount() => source is null ? input.GetRowCount()
        : source.IsAlone ? source.Rows.Count
        : input.GetRowCount() + source.Rows.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        onRead?.Invoke();
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        DataViewRowCursor? real = source is { IsAlone: true }
            ? null
            : input.GetRowCursor(mapper.GetDependencies(needed), source is null ? rand : null);
        return new AugmentedCursor(mapper, needed, real, source);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        if (source is not null)
            return [GetRowCursor(columnsNeeded, rand)];
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return [.. input.GetRowCursorSet(mapper.GetDependencies(needed), n, rand)
            .Select(cursor => new AugmentedCursor(mapper, needed, cursor, source: null))];
    }
}
