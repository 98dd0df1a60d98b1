using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

// A transformer each of whose outputs is computed from one input column.
public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    private protected OneToOneTransformerBase(IHost host, InputOutputColumnPair[] pairs) : base(host)
    {
        if (pairs == null || pairs.Length == 0)
            throw new ArgumentException("There must be at least one column.", nameof(pairs));
        Pairs = pairs;
    }

    // Reads what SaveModel wrote; what a derived class wrote follows.
    private protected OneToOneTransformerBase(IHost host, ModelLoadContext ctx) : base(host)
    {
        ctx.CheckAtModel(Version);
        Pairs = new InputOutputColumnPair[ctx.Reader.ReadInt32()];
        for (int i = 0; i < Pairs.Length; i++)
            Pairs[i] = new InputOutputColumnPair(ctx.LoadNonEmptyString(), ctx.LoadNonEmptyString());
    }

    private protected InputOutputColumnPair[] Pairs { get; }

    private protected abstract VersionInfo Version { get; }

    private protected abstract ColumnMap MapColumn(int pair, DataViewSchema.Column input);

    private protected virtual void SaveCore(ModelSaveContext ctx)
    {
    }

    private protected sealed override RowMapping MakeMapping(DataViewSchema inputSchema)
    {
        DataViewSchema.Column[] inputs = Array.ConvertAll(Pairs, pair => inputSchema.Find(pair.InputColumnName));
        return new OneToOneMapping(inputSchema, inputs, [.. inputs.Select((input, pair) => MapColumn(pair, input))],
            Array.ConvertAll(Pairs, pair => pair.OutputColumnName));
    }

    private protected sealed override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        ctx.Writer.Write(Pairs.Length);
        foreach (InputOutputColumnPair pair in Pairs)
        {
            ctx.SaveNonEmptyString(pair.OutputColumnName);
            ctx.SaveNonEmptyString(pair.InputColumnName);
        }
        SaveCore(ctx);
    }
}

// What becomes of one column: its type and annotations, and how to make a getter on a row.
internal sealed record ColumnMap(DataViewType Type, DataViewSchema.Annotations Annotations, Func<DataViewRow, Delegate> CreateGetter);

internal sealed class OneToOneMapping(DataViewSchema inputSchema, DataViewSchema.Column[] inputs, ColumnMap[] maps, string[] names) : RowMapping(inputSchema)
{
    public override DataViewSchema.DetachedColumn[] Columns { get; }
        = [.. maps.Select((map, i) => new DataViewSchema.DetachedColumn(names[i], map.Type, map.Annotations))];

    public override IEnumerable<int> GetDependencies(int output) => [inputs[output].Index];

    public override Delegate[] CreateGetters(DataViewRow input, Func<int, bool> isActive)
        => [.. maps.Select((map, i) => isActive(i) ? map.CreateGetter(input) : null)];
}

// Maps that work item by item, on scalars and vectors alike.
internal static class ItemMaps
{
    public static DataViewType WithItem(this DataViewType type, PrimitiveDataViewType item)
        => type is VectorDataViewType vector ? new VectorDataViewType(item, vector.Dimensions) : item;

    // The map is given the item and its slot, 0 for a scalar.
    public static Delegate CreateGetter<TIn, TOut>(DataViewRow row, DataViewSchema.Column column, Func<TIn, int, TOut> map)
    {
        if (column.Type is not VectorDataViewType)
        {
            ValueGetter<TIn> getter = row.GetGetter<TIn>(row.Schema[column.Index]);
            return (ValueGetter<TOut>)((ref TOut value) =>
            {
                TIn source = default;
                getter(ref source);
                value = map(source, 0);
            });
        }
        ValueGetter<VBuffer<TIn>> getVector = row.GetGetter<VBuffer<TIn>>(row.Schema[column.Index]);
        VBuffer<TIn> sparse = default, dense = default;
        return (ValueGetter<VBuffer<TOut>>)((ref VBuffer<TOut> value) =>
        {
            getVector(ref sparse);
            sparse.CopyToDense(ref dense);
            VBufferEditor<TOut> editor = VBufferEditor.Create(ref value, dense.Length);
            ReadOnlySpan<TIn> items = dense.GetValues();
            for (int i = 0; i < items.Length; i++)
                editor.Values[i] = map(items[i], i);
            value = editor.Commit();
        });
    }

    // The slot names of the input, and what else is chosen.
    public static DataViewSchema.Annotations.Builder Keep(this DataViewSchema.Column column, params string[] kinds)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(column.Annotations, kind => kind == AnnotationUtils.Kinds.SlotNames || kinds.Contains(kind));
        return builder;
    }

    // The shapes of the outputs of pairs of columns.
    public static SchemaShape Map(this SchemaShape schema, InputOutputColumnPair[] pairs, Func<SchemaShape.Column, SchemaShape.Column> map)
        => schema.With(Array.ConvertAll(pairs, pair =>
        {
            SchemaShape.Column output = map(schema.Find(pair.InputColumnName));
            return new SchemaShape.Column(pair.OutputColumnName, output.Kind, output.ItemType, output.IsKey, output.Annotations);
        }));

    public static SchemaShape Keep(this SchemaShape annotations, params string[] kinds)
        => new(annotations.Where(column => column.Name == AnnotationUtils.Kinds.SlotNames || kinds.Contains(column.Name)));
}
