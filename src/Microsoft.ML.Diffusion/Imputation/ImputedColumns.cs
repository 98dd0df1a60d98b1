namespace Microsoft.ML.Diffusion;

/// <summary>The columns of one row or cursor: most are passed on, some are filled in.</summary>
internal sealed class ImputedColumns : IOutputColumns
{
    private readonly ImputeMapper _mapper;
    private readonly DataViewRow _input;
    private readonly bool[] _isActive;
    private RowImputer? _imputer;

    public ImputedColumns(ImputeMapper mapper, DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        _mapper = mapper;
        _input = input;
        _isActive = new bool[mapper.OutputSchema.Count];
        foreach (DataViewSchema.Column column in activeColumns)
        {
            mapper.OriginOf(column);
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
        if (origin.IsIndicator)
            return Typed(_mapper.Indicator(origin, _input));
        _imputer ??= new RowImputer(_mapper.Transformer, _mapper.Sources, _input, _mapper.TellsUncertainty(_isActive));
        return Typed(_mapper.Getter(origin, _input, _imputer));

        ValueGetter<TValue> Typed(Delegate getter) => getter as ValueGetter<TValue> ?? throw new InvalidOperationException(
            $"Column '{column.Name}' is {column.Type}, which cannot be read as {typeof(TValue).Name}.");
    }
}
