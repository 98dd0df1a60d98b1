using System.Reflection;

namespace Microsoft.ML.Data;

// How the public fields and properties of a class stand for columns.
public sealed class SchemaDefinition : List<SchemaDefinition.Column>
{
    private SchemaDefinition()
    {
    }

    public Column this[string columnName]
    {
        get => Find(column => column.ColumnName == columnName) ?? throw new ArgumentOutOfRangeException(nameof(columnName), $"There is no column '{columnName}'.");
        set => this[FindIndex(column => column.ColumnName == columnName)] = value;
    }

    public static SchemaDefinition Create(Type userType, Direction direction = Direction.Both)
    {
        ArgumentNullException.ThrowIfNull(userType);
        var definition = new SchemaDefinition();
        IEnumerable<MemberInfo> members = userType.GetFields(BindingFlags.Public | BindingFlags.Instance);
        members = members.Concat(userType.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property
            => property.GetIndexParameters().Length == 0
            && (!direction.HasFlag(Direction.Read) || property.GetMethod is { IsPublic: true })
            && (!direction.HasFlag(Direction.Write) || property.SetMethod is { IsPublic: true })));
        foreach (MemberInfo member in members.Where(member => member.GetCustomAttribute<NoColumnAttribute>() == null))
        {
            string name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name;
            if (definition.Exists(column => column.ColumnName == name))
                throw new ArgumentException($"Duplicate column name '{name}' detected", nameof(userType));
            definition.Add(new Column(member.Name, name, TypeOf(member)));
        }
        return definition;
    }

    // The types of this schema's columns wherever it has one of the name and kind.
    internal SchemaDefinition TakeFrom(DataViewSchema schema)
    {
        foreach (Column column in this)
        {
            DataViewType type = schema.GetColumnOrNull(column.ColumnName)?.Type;
            if (type?.RawType == column.ColumnType.RawType)
                column.ColumnType = type;
        }
        return this;
    }

    internal static Type MemberType(MemberInfo member) => member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;

    private static DataViewType TypeOf(MemberInfo member)
    {
        Type type = MemberType(member);
        Type item = ColumnTypes.ItemOf(type) ?? type;
        PrimitiveDataViewType primitive = member.GetCustomAttribute<KeyTypeAttribute>() is KeyTypeAttribute key
            ? ColumnTypes.Key(item, key.Count)
            : ColumnTypes.OfPrimitive(item);
        if (primitive == null)
            throw new ArgumentOutOfRangeException("rawType", $"Could not determine an IDataView type for member {member.Name} of type {type}");
        if (item == type)
            return primitive;
        return new VectorDataViewType(primitive, member.GetCustomAttribute<VectorTypeAttribute>()?.Dimensions ?? [0]);
    }

    [Flags]
    public enum Direction
    {
        Read = 1,
        Write = 2,
        Both = Read | Write,
    }

    public sealed class Column
    {
        private readonly DataViewSchema.Annotations.Builder _annotations = new();

        internal Column(string memberName, string columnName, DataViewType type)
        {
            MemberName = memberName;
            ColumnName = columnName;
            ColumnType = type;
        }

        public string MemberName { get; }
        public string ColumnName { get; set; }
        public DataViewType ColumnType { get; set; }
        public DataViewSchema.Annotations Annotations => _annotations.ToAnnotations();

        public void AddAnnotation<T>(string kind, T value, DataViewType annotationType)
            => AddAnnotationValue(kind, (dynamic)value, annotationType);

        private void AddAnnotationValue<T>(string kind, T value, DataViewType type)
            => _annotations.Add(kind, type, (ref T target) => target = value);

        private void AddAnnotationValue(string kind, string value, DataViewType type)
            => AddAnnotationValue(kind, value.AsMemory(), type);

        private void AddAnnotationValue<T>(string kind, T[] values, DataViewType type)
            => AddAnnotationValue(kind, new VBuffer<T>(values.Length, values), type);

        private void AddAnnotationValue(string kind, string[] values, DataViewType type)
            => AddAnnotationValue(kind, Array.ConvertAll(values, text => text.AsMemory()), type);
    }
}
