namespace Microsoft.ML.Diffusion;

/// <summary>The columns of a row or cursor that were asked for.</summary>
internal sealed class ActiveColumns
{
    private readonly DataViewSchema _schema;
    private readonly bool[] _isActive;

    public ActiveColumns(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        _schema = schema;
        _isActive = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columns)
            _isActive[IndexOf(column)] = true;
    }

    public bool Contains(DataViewSchema.Column column) => _isActive[IndexOf(column)];

    /// <exception cref="InvalidOperationException">The column was not asked for.</exception>
    public void Require(DataViewSchema.Column column)
    {
        if (!Contains(column))
            throw new InvalidOperationException($"Column '{column.Name}' was not asked for when the cursor was opened.");
    }

    /// <summary>A getter as one of the type asked for.</summary>
    /// <exception cref="InvalidOperationException">It is of another type.</exception>
    public static ValueGetter<TValue> As<TValue>(Delegate getter, DataViewSchema.Column column) => getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException($"Column '{column.Name}' is {column.Type}, which cannot be read as {typeof(TValue).Name}.");

    private int IndexOf(DataViewSchema.Column column) => column.Index < _schema.Count && _schema[column.Index].Name == column.Name
        ? column.Index
        : throw new ArgumentException($"Column '{column.Name}' is not one of this view's.", nameof(column));
}
