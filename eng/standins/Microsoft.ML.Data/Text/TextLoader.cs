using System.Reflection;

namespace Microsoft.ML.Data;

// Reads delimited text as a view.
public sealed partial class TextLoader : IDataLoader<IMultiStreamSource>
{
    private readonly Options _options;
    private readonly Runtime.IHost _host;
    private readonly TextColumn[] _columns;
    private readonly DataViewSchema _schema;

    internal TextLoader(Runtime.IHostEnvironment env, Options options, IMultiStreamSource dataSample)
    {
        _options = options;
        _host = env.Register(nameof(TextLoader));
        if (options.AllowSparse)
            throw new NotSupportedException("This text loader does not read sparse lines.");
        Column[] columns = options.Columns
            ?? [new("Label", DataKind.Single, 0), new("Features", DataKind.Single, [new Range(1, null) { ForceVector = true }])];
        int width = TextSample.Width(options, columns, dataSample);
        string[] names = TextSample.Header(options, dataSample);
        _columns = Array.ConvertAll(columns, column => new TextColumn(column, width));
        var builder = new DataViewSchema.Builder();
        foreach (TextColumn column in _columns)
            builder.AddColumn(column.Name, column.Type, column.SlotNames(names));
        _schema = builder.ToSchema();
    }

    public DataViewSchema GetOutputSchema() => _schema;

    public IDataView Load(IMultiStreamSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new TextView(_host, _schema, _columns, _options, source);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException("This text loader cannot be saved.");

    // The columns that the LoadColumn attributes of a class describe.
    internal static Column[] ColumnsOf(Type type)
    {
        var columns = new List<Column>();
        IEnumerable<MemberInfo> members = type.GetFields(BindingFlags.Public | BindingFlags.Instance);
        members = members.Concat(type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property
            => property.SetMethod is { IsPublic: true } && property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0));
        foreach (MemberInfo member in members.Where(member => member.GetCustomAttribute<NoColumnAttribute>() == null))
        {
            LoadColumnAttribute load = member.GetCustomAttribute<LoadColumnAttribute>()
                ?? throw new InvalidOperationException($"{member.MemberType} '{member.Name}' is missing the {nameof(LoadColumnAttribute)} attribute");
            Type memberType = SchemaDefinition.MemberType(member);
            Type item = ColumnTypes.ItemOf(memberType);
            columns.Add(new Column
            {
                Name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name,
                DataKind = (ColumnTypes.OfPrimitive(item ?? memberType)
                    ?? throw new InvalidOperationException($"'{member.Name}' is of type {memberType}, which no column has.")).ToKind(),
                Source = Array.ConvertAll(load.Sources, source => new Range(source.Min, source.Max) { ForceVector = item != null }),
                KeyCount = member.GetCustomAttribute<KeyTypeAttribute>() is KeyTypeAttribute key ? new KeyCount { Count = key.Count } : null,
            });
        }
        return columns.Count > 0 ? [.. columns] : throw new InvalidOperationException($"Should define at least one public, readable field or property in {type}");
    }
}
