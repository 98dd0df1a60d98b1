namespace Microsoft.ML.Data;

public static class ColumnCursorExtensions
{
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.GetColumn<T>(data.Schema[columnName]);
    }

    // The values of a column; texts as string or ReadOnlyMemory<char>, vectors as arrays or VBuffer.
    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        ArgumentNullException.ThrowIfNull(data);
        var definition = SchemaDefinition.Create(typeof(Cell<T>), SchemaDefinition.Direction.Write);
        definition[0].ColumnName = column.Name;
        MemberSetters<Cell<T>> members;
        try
        {
            members = new MemberSetters<Cell<T>>(data.Schema, definition, ignoreMissingColumns: false);
        }
        catch (InvalidOperationException)
        {
            throw new ArgumentOutOfRangeException(nameof(column),
                $"Cannot map column (name: {column.Name}, type: {column.Type}) in data to the user-defined type, {typeof(T)}.");
        }
        return Read(data, members);
    }

    private static IEnumerable<T> Read<T>(IDataView data, MemberSetters<Cell<T>> members)
    {
        using DataViewRowCursor cursor = data.GetRowCursor(members.Columns);
        Action<Cell<T>> fill = members.Create(cursor);
        var cell = new Cell<T>();
        while (cursor.MoveNext())
        {
            fill(cell);
            yield return cell.Value;
        }
    }

    private sealed class Cell<T>
    {
        public T Value = default;
    }
}
