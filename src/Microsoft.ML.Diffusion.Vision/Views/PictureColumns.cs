namespace Microsoft.ML.Diffusion.Vision.Views;

/// <summary>The columns of one row or cursor: those of the input, and those that are added.</summary>
internal sealed class PictureColumns : IOutputColumns
{
    private readonly PictureMapper _mapper;
    private readonly DataViewRow _input;
    private readonly bool[] _isActive;
    private Func<int, Delegate>? _open;

    /// <param name="mapper">Knows the columns.</param>
    /// <param name="input">The row, or a cursor.</param>
    /// <param name="activeColumns">What is asked for.</param>
    public PictureColumns(PictureMapper mapper, DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        (_mapper, _input) = (mapper, input);
        _isActive = new bool[mapper.OutputSchema.Count];
        foreach (DataViewSchema.Column column in activeColumns)
        {
            mapper.AddedOf(column);
            _isActive[column.Index] = true;
        }
    }

    public DataViewSchema Schema => _mapper.OutputSchema;

    public bool IsActive(DataViewSchema.Column column)
    {
        _mapper.AddedOf(column);
        return _isActive[column.Index];
    }

    public ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsActive(column))
            throw new InvalidOperationException($"Column '{column.Name}' was not asked for when the cursor was opened.");
        if (_mapper.AddedOf(column) is not { } added)
            return _input.GetGetter<TValue>(_mapper.InputSchema[column.Index]);
        _open ??= _mapper.Open(_input);
        return _open(added) as ValueGetter<TValue> ?? throw new InvalidOperationException(
            $"Column '{column.Name}' is {column.Type}, which cannot be read as {typeof(TValue).Name}.");
    }
}
