namespace Microsoft.ML.Data;

// The mapping behind Concatenate: one vector made of the values of several columns.
internal sealed class ConcatMapping : RowMapping
{
    private readonly DataViewSchema.Column[] _inputs;

    public ConcatMapping(DataViewSchema inputSchema, DataViewSchema.Column[] inputs, string output) : base(inputSchema)
    {
        _inputs = inputs;
        if (inputs is [{ Type: VectorDataViewType } only])
        {
            Columns = [new(output, only.Type, only.Annotations)];
            return;
        }
        bool knownSize = inputs.All(input => input.Type is not VectorDataViewType { IsKnownSize: false });
        int size = knownSize ? inputs.Sum(SizeOf) : 0;
        Columns = [new(output, new VectorDataViewType((PrimitiveDataViewType)inputs[0].Type.ItemType(), size), knownSize ? Annotate() : null)];
    }

    public override DataViewSchema.DetachedColumn[] Columns { get; }

    public override IEnumerable<int> GetDependencies(int output) => _inputs.Select(input => input.Index);

    public override Delegate[] CreateGetters(DataViewRow input, Func<int, bool> isActive)
        => [isActive(0) ? Getters.Invoke<Delegate>((Func<DataViewRow, Delegate>)Create<int>, _inputs[0].Type.ItemType().RawType, input) : null];

    private Delegate Create<T>(DataViewRow row)
    {
        Action<List<T>>[] appends = Array.ConvertAll(_inputs, input => Append<T>(row, row.Schema[input.Index]));
        var items = new List<T>();
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
        {
            items.Clear();
            foreach (Action<List<T>> append in appends)
                append(items);
            VBufferEditor<T> editor = VBufferEditor.Create(ref value, items.Count);
            items.CopyTo(editor.Values);
            value = editor.Commit();
        });
    }

    private static Action<List<T>> Append<T>(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType)
        {
            ValueGetter<T> getter = row.GetGetter<T>(column);
            return items =>
            {
                T value = default;
                getter(ref value);
                items.Add(value);
            };
        }
        ValueGetter<VBuffer<T>> getVector = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> sparse = default, dense = default;
        return items =>
        {
            getVector(ref sparse);
            sparse.CopyToDense(ref dense);
            items.AddRange(dense.GetValues());
        };
    }

    private static int SizeOf(DataViewSchema.Column column) => (column.Type as VectorDataViewType)?.Size ?? 1;

    private DataViewSchema.Annotations Annotate()
    {
        var names = new List<string>();
        var ranges = new List<int>();
        bool anyName = false;
        foreach (DataViewSchema.Column input in _inputs)
        {
            ranges.AddRange(CategoricalRanges(input).Select(slot => slot + names.Count));
            if (input.Type is not VectorDataViewType)
            {
                names.Add(input.Name);
                anyName = true;
            }
            else if (input.HasSlotNames())
            {
                VBuffer<ReadOnlyMemory<char>> slots = default;
                input.GetSlotNames(ref slots);
                names.AddRange(slots.DenseValues().Select(slot => slot.IsEmpty ? "" : $"{input.Name}.{slot}"));
                anyName = true;
            }
            else
            {
                names.AddRange(Enumerable.Repeat("", SizeOf(input)));
            }
        }
        var builder = new DataViewSchema.Annotations.Builder();
        if (_inputs.All(input => input.IsNormalized()))
            builder.AddIsNormalized();
        if (anyName)
            builder.AddNames(AnnotationUtils.Kinds.SlotNames, names);
        if (ranges.Count > 0)
            builder.AddCategoricalRanges([.. ranges]);
        return builder.ToAnnotations();
    }

    // Pairs of first and last slot of what was one category.
    private static int[] CategoricalRanges(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.CategoricalSlotRanges) == null)
            return [];
        VBuffer<int> ranges = default;
        column.Annotations.GetValue(AnnotationUtils.Kinds.CategoricalSlotRanges, ref ranges);
        return [.. ranges.DenseValues()];
    }
}
