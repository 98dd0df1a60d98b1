using System.Reflection;

namespace Microsoft.ML.Data;

// Small things that everything which hands out getters needs.
internal static class Getters
{
    public static bool[] FlagsOf(this DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        var flags = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columns)
            flags[column.Index] = true;
        return flags;
    }

    public static void CheckActive(bool active, DataViewSchema.Column column)
    {
        if (!active)
            throw new ArgumentOutOfRangeException(nameof(column), $"The column '{column.Name}' was not asked for when this cursor was made.");
    }

    public static ValueGetter<TValue> Cast<TValue>(Delegate getter, DataViewSchema.Column column)
        => getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Invalid TValue: '{typeof(TValue)}', expected type: '{column.Type.RawType}'.");

    // The getter of a column whose type is known at run time only.
    public static Delegate GetGetter(this DataViewRow row, DataViewSchema.Column column)
        => Invoke<Delegate>(GetTyped<int>, column.Type.RawType, row, column);

    private static Delegate GetTyped<T>(DataViewRow row, DataViewSchema.Column column) => row.GetGetter<T>(column);

    // Calls the generic method given as an instance for some type with other type arguments.
    public static TResult Invoke<TResult>(Delegate method, Type type, params object[] arguments) => Invoke<TResult>(method, [type], arguments);

    public static TResult Invoke<TResult>(Delegate method, Type[] types, params object[] arguments)
    {
        MethodInfo generic = method.Method.GetGenericMethodDefinition().MakeGenericMethod(types);
        return (TResult)generic.Invoke(method.Target, BindingFlags.DoNotWrapExceptions, null, arguments, null);
    }
}
