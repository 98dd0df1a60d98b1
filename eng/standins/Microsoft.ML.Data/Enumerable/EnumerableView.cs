namespace Microsoft.ML.Data;

// Objects as rows, read from the start by every cursor.
internal sealed class EnumerableView<TRow>(IEnumerable<TRow> rows, SchemaDefinition definition) : IDataView where TRow : class
{
    private readonly MemberGetters<TRow> _members = new(definition);

    public bool CanShuffle => false;
    public DataViewSchema Schema => _members.Schema;

    public long? GetRowCount() => rows switch
    {
        ICollection<TRow> collection => collection.Count,
        IReadOnlyCollection<TRow> collection => collection.Count,
        _ => null,
    };

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => new Cursor(rows.GetEnumerator(), _members, Schema.FlagsOf(columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(IEnumerator<TRow> rows, MemberGetters<TRow> members, bool[] active) : SequentialCursor(members.Schema, active)
    {
        protected override bool MoveNextCore()
        {
            bool moved = rows.MoveNext();
            if (moved && rows.Current == null)
                throw new InvalidOperationException("Encountered null when iterating over data, this is not supported.");
            return moved;
        }

        protected override Delegate CreateGetter(DataViewSchema.Column column) => members.CreateGetter(column.Index, () => rows.Current);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                rows.Dispose();
        }
    }
}
