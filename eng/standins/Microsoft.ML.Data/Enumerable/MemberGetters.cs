using System.Linq.Expressions;
using System.Numerics;
using System.Reflection;

namespace Microsoft.ML.Data;

// Getters of columns that read the members of an object.
internal sealed class MemberGetters<TRow> where TRow : class
{
    private readonly SchemaDefinition _definition;

    public MemberGetters(SchemaDefinition definition)
    {
        _definition = definition ?? SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Read);
        var builder = new DataViewSchema.Builder();
        foreach (SchemaDefinition.Column column in _definition)
            builder.AddColumn(column.ColumnName, column.ColumnType, column.Annotations);
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    // A getter of the column's value in what current returns.
    public Delegate CreateGetter(int column, Func<TRow> current)
    {
        MemberInfo member = typeof(TRow).GetMember(_definition[column].MemberName, BindingFlags.Public | BindingFlags.Instance)[0];
        Type type = SchemaDefinition.MemberType(member);
        Delegate read = Getters.Invoke<Delegate>((Func<MemberInfo, Delegate>)Reader<int>, type, member);
        if (type == typeof(string))
            return Text((Func<TRow, string>)read, current);
        if (type == typeof(string[]))
            return Texts((Func<TRow, string[]>)read, current);
        if (_definition[column].ColumnType is KeyDataViewType keys)
            return Getters.Invoke<Delegate>((Func<Func<TRow, int>, Func<TRow>, ulong, Delegate>)Key, type, read, current, keys.Count);
        return type.IsArray
            ? Getters.Invoke<Delegate>((Func<Func<TRow, int[]>, Func<TRow>, Delegate>)Vector, type.GetElementType(), read, current)
            : Getters.Invoke<Delegate>((Func<Func<TRow, int>, Func<TRow>, Delegate>)Value, type, read, current);
    }

    private static Delegate Reader<T>(MemberInfo member)
    {
        ParameterExpression row = Expression.Parameter(typeof(TRow));
        return Expression.Lambda<Func<TRow, T>>(Expression.MakeMemberAccess(row, member), row).Compile();
    }

    private static Delegate Value<T>(Func<TRow, T> read, Func<TRow> current)
        => (ValueGetter<T>)((ref T value) => value = read(current()));

    // Members count keys from 0, columns from 1; what is no key is missing.
    private static Delegate Key<T>(Func<TRow, T> read, Func<TRow> current, ulong count) where T : IBinaryInteger<T>
        => (ValueGetter<T>)((ref T value) =>
        {
            T key = read(current());
            value = ulong.CreateSaturating(key) < count ? key + T.One : T.Zero;
        });

    private static Delegate Vector<T>(Func<TRow, T[]> read, Func<TRow> current)
        => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
        {
            T[] items = read(current()) ?? [];
            VBuffer<T>.Copy(items, 0, ref value, items.Length);
        });

    private static ValueGetter<ReadOnlyMemory<char>> Text(Func<TRow, string> read, Func<TRow> current)
        => (ref ReadOnlyMemory<char> value) => value = read(current()).AsMemory();

    private static ValueGetter<VBuffer<ReadOnlyMemory<char>>> Texts(Func<TRow, string[]> read, Func<TRow> current)
        => (ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            string[] items = read(current()) ?? [];
            VBuffer<ReadOnlyMemory<char>>.Copy(Array.ConvertAll(items, item => item.AsMemory()), 0, ref value, items.Length);
        };
}
