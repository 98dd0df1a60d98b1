namespace Microsoft.ML.Data;

// A cursor over a source: rows in order, the id of a row its number.
internal abstract class SequentialCursor(DataViewSchema schema, bool[] active) : DataViewRowCursor
{
    private long _position = -1;

    public sealed override DataViewSchema Schema => schema;
    public sealed override long Position => _position;
    public override long Batch => 0;
    public sealed override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public sealed override bool MoveNext()
    {
        bool moved = MoveNextCore();
        _position = moved ? _position + 1 : -1;
        return moved;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) =>
    {
        CheckOnRow();
        value = new DataViewRowId((ulong)_position, 0);
    };

    public sealed override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Getters.CheckActive(IsColumnActive(column), column);
        return Getters.Cast<TValue>(CreateGetter(column), column);
    }

    protected abstract bool MoveNextCore();

    protected abstract Delegate CreateGetter(DataViewSchema.Column column);

    protected void CheckOnRow()
    {
        if (_position < 0)
            throw new InvalidOperationException("The cursor does not stand on a row.");
    }
}
