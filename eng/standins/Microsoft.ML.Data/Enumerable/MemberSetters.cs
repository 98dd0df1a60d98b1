using System.Linq.Expressions;
using System.Reflection;

namespace Microsoft.ML.Data;

// Writes the columns of a row into the members of an object.
internal sealed class MemberSetters<TRow> where TRow : class
{
    private readonly (MemberInfo Member, DataViewSchema.Column Column)[] _bound;

    public MemberSetters(DataViewSchema schema, SchemaDefinition definition, bool ignoreMissingColumns)
    {
        var bound = new List<(MemberInfo, DataViewSchema.Column)>();
        foreach (SchemaDefinition.Column wanted in definition ?? SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Write))
        {
            if (schema.GetColumnOrNull(wanted.ColumnName) is not DataViewSchema.Column column)
            {
                if (ignoreMissingColumns)
                    continue;
                throw new ArgumentOutOfRangeException("Schema", $"Could not find  column '{wanted.ColumnName}'");
            }
            MemberInfo member = typeof(TRow).GetMember(wanted.MemberName, BindingFlags.Public | BindingFlags.Instance)[0];
            CheckCompatible(member, column);
            bound.Add((member, column));
        }
        _bound = [.. bound];
    }

    public IEnumerable<DataViewSchema.Column> Columns => _bound.Select(pair => pair.Column);

    public Action<TRow> Create(DataViewRow row)
    {
        Action<TRow>[] setters = Array.ConvertAll(_bound, pair => CreateSetter(pair.Member, row, pair.Column));
        return target =>
        {
            foreach (Action<TRow> setter in setters)
                setter(target);
        };
    }

    private static void CheckCompatible(MemberInfo member, DataViewSchema.Column column)
    {
        Type type = SchemaDefinition.MemberType(member);
        Type item = ColumnTypes.ItemOf(type);
        DataViewType found = column.Type;
        bool compatible = found is VectorDataViewType vector ? item != null && Raw(item) == vector.ItemType.RawType : Raw(type) == found.RawType;
        if (!compatible)
            throw new InvalidOperationException($"Can't bind the IDataView column '{column.Name}' of type '{found}' to field or property '{member.Name}' of type '{type}'.");
    }

    private static Type Raw(Type type) => type == typeof(string) ? typeof(ReadOnlyMemory<char>) : type;

    private static Action<TRow> CreateSetter(MemberInfo member, DataViewRow row, DataViewSchema.Column column)
    {
        Type type = SchemaDefinition.MemberType(member);
        Delegate write = Getters.Invoke<Delegate>((Func<MemberInfo, Delegate>)Writer<int>, type, member);
        if (type == typeof(string))
            return Text((Action<TRow, string>)write, row.GetGetter<ReadOnlyMemory<char>>(column));
        if (type == typeof(string[]))
            return Texts((Action<TRow, string[]>)write, row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column));
        Delegate getter = row.GetGetter(column);
        return type.IsArray
            ? Getters.Invoke<Action<TRow>>((Func<Action<TRow, int[]>, ValueGetter<VBuffer<int>>, Action<TRow>>)Vector, type.GetElementType(), write, getter)
            : Getters.Invoke<Action<TRow>>((Func<Action<TRow, int>, ValueGetter<int>, Action<TRow>>)Value, type, write, getter);
    }

    private static Delegate Writer<T>(MemberInfo member)
    {
        ParameterExpression row = Expression.Parameter(typeof(TRow));
        ParameterExpression value = Expression.Parameter(typeof(T));
        return Expression.Lambda<Action<TRow, T>>(Expression.Assign(Expression.MakeMemberAccess(row, member), value), row, value).Compile();
    }

    // A fresh local each time: an object that is kept must not share a VBuffer's arrays with the next row.
    private static Action<TRow> Value<T>(Action<TRow, T> write, ValueGetter<T> getter)
        => target =>
        {
            T value = default;
            getter(ref value);
            write(target, value);
        };

    private static Action<TRow> Vector<T>(Action<TRow, T[]> write, ValueGetter<VBuffer<T>> getter)
    {
        VBuffer<T> buffer = default;
        return target =>
        {
            getter(ref buffer);
            var items = new T[buffer.Length];
            buffer.CopyTo(items);
            write(target, items);
        };
    }

    private static Action<TRow> Text(Action<TRow, string> write, ValueGetter<ReadOnlyMemory<char>> getter)
        => target =>
        {
            ReadOnlyMemory<char> value = default;
            getter(ref value);
            write(target, value.ToString());
        };

    private static Action<TRow> Texts(Action<TRow, string[]> write, ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter)
    {
        VBuffer<ReadOnlyMemory<char>> buffer = default;
        return target =>
        {
            getter(ref buffer);
            write(target, [.. buffer.DenseValues().Select(item => item.ToString())]);
        };
    }
}
