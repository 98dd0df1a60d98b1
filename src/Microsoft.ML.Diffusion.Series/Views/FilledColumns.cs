namespace Microsoft.ML.Diffusion.Series.Views;

/// <summary>The columns of one row or cursor: most are passed on, some are filled in.</summary>
internal sealed class FilledColumns : IOutputColumns
{
    private readonly SeriesMapper _mapper;
    private readonly DataViewRow _input;
    private readonly Func<DataViewRow, SeriesMapper, bool, CurrentCells> _open;
    private readonly bool[] _isActive;
    private readonly bool _tellsUncertainty;
    private CurrentCells? _cells;

    /// <param name="mapper">Knows the columns.</param>
    /// <param name="input">The row, or a cursor.</param>
    /// <param name="activeColumns">What is asked for.</param>
    /// <param name="open">Makes the filled cells of the row; it is told whether anybody asks how sure they are.</param>
    public FilledColumns(
        SeriesMapper mapper,
        DataViewRow input,
        IEnumerable<DataViewSchema.Column> activeColumns,
        Func<DataViewRow, SeriesMapper, bool, CurrentCells> open)
    {
        (_mapper, _input, _open) = (mapper, input, open);
        _isActive = new bool[mapper.OutputSchema.Count];
        foreach (DataViewSchema.Column column in activeColumns)
        {
            _tellsUncertainty |= mapper.OriginOf(column).Uncertainty is not null;
            _isActive[column.Index] = true;
        }
    }

    public DataViewSchema Schema => _mapper.OutputSchema;

    public bool IsActive(DataViewSchema.Column column)
    {
        _mapper.OriginOf(column);
        return _isActive[column.Index];
    }

    public ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsActive(column))
            throw new InvalidOperationException($"Column '{column.Name}' was not asked for when the cursor was opened.");
        OutputOrigin origin = _mapper.OriginOf(column);
        if (origin.IsPassedOn)
            return _input.GetGetter<TValue>(_mapper.InputSchema[origin.Input]);
        _cells ??= _open(_input, _mapper, _tellsUncertainty);
        return _mapper.Getter(origin, _input, _cells) as ValueGetter<TValue>
            ?? throw new InvalidOperationException(
                $"Column '{column.Name}' is {column.Type}, which cannot be read as {typeof(TValue).Name}.");
    }
}
