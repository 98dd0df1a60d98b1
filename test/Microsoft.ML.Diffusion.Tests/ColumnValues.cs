namespace Microsoft.ML.Diffusion.Tests;

/// <summary>The values of one column of a view.</summary>
public static class ColumnValues
{
    public static T[] Of<T>(IDataView view, string name) => Of<T, T>(view, name, value => value);

    public static string[] Texts(IDataView view, string name) => Of<ReadOnlyMemory<char>, string>(view, name, text => text.ToString());

    private static TResult[] Of<T, TResult>(IDataView view, string name, Func<T, TResult> select)
    {
        DataViewSchema.Column column = view.Schema[name];
        using DataViewRowCursor cursor = view.GetRowCursor([column]);
        ValueGetter<T> get = cursor.GetGetter<T>(column);
        List<TResult> values = [];
        while (cursor.MoveNext())
        {
            T value = default!;
            get(ref value);
            values.Add(select(value));
        }

        return [.. values];
    }
}
