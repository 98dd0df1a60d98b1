using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(KeyToVectorMappingTransformer), null, typeof(SignatureLoadModel), "Keys to indicator vectors", KeyToVectorMappingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class KeyToVectorMappingEstimator : TrivialEstimator<KeyToVectorMappingTransformer>
{
    private readonly InputOutputColumnPair[] _pairs;
    private readonly bool _countVector;

    internal KeyToVectorMappingEstimator(IHostEnvironment env, InputOutputColumnPair[] pairs, bool countVector)
        : base(env.Register(nameof(KeyToVectorMappingEstimator)), new KeyToVectorMappingTransformer(env, pairs, countVector))
    {
        _pairs = pairs;
        _countVector = countVector;
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema.Map(_pairs, column =>
    {
        if (!column.IsKey)
            throw SchemaErrors.TypeMismatch(column.Name, "key type", column.GetTypeString());
        var annotations = new List<SchemaShape.Column>();
        if (column.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out _))
            annotations.Add(new(AnnotationUtils.Kinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false));
        if (!_countVector || column.Kind == SchemaShape.Column.VectorKind.Scalar)
        {
            annotations.Add(new(AnnotationUtils.Kinds.CategoricalSlotRanges, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Int32, false));
            annotations.Add(new(AnnotationUtils.Kinds.IsNormalized, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false));
        }
        return new(column.Name, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false, new SchemaShape(annotations));
    });
}

// A slot for every key, 1 where the row has that key. A vector of keys becomes one such block an item, or the sum of them.
public sealed class KeyToVectorMappingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "KeyToVectorTransform";
    private readonly bool _countVector;

    internal KeyToVectorMappingTransformer(IHostEnvironment env, InputOutputColumnPair[] pairs, bool countVector) : base(env.Register(LoaderSignature), pairs)
        => _countVector = countVector;

    private KeyToVectorMappingTransformer(IHostEnvironment env, ModelLoadContext ctx) : base(env.Register(LoaderSignature), ctx)
        => _countVector = ctx.Reader.ReadBoolean();

    private protected override VersionInfo Version => new("KEY2VECT", 1, 1, 1, typeof(KeyToVectorMappingTransformer).Assembly.FullName, LoaderSignature);

    private protected override void SaveCore(ModelSaveContext ctx) => ctx.Writer.Write(_countVector);

    private protected override ColumnMap MapColumn(int pair, DataViewSchema.Column input)
    {
        if (input.Type.ItemType() is not KeyDataViewType key)
            throw SchemaErrors.TypeMismatch(input.Name, "key type", input.Type.ToString());
        var vector = input.Type as VectorDataViewType;
        if (vector is { IsKnownSize: false })
            throw SchemaErrors.TypeMismatch(input.Name, "a key or a vector of known size", input.Type.ToString());
        int keys = checked((int)key.Count);
        int blocks = _countVector || vector == null ? 1 : vector.Size;
        bool oneEach = !_countVector || vector == null;

        var annotations = new DataViewSchema.Annotations.Builder();
        if (KeyNames(input, keys) is string[] names)
        {
            annotations.AddNames(AnnotationUtils.Kinds.SlotNames, blocks == 1 ? names
                : [.. Enumerable.Range(0, blocks).SelectMany(block => names.Select(name => $"[{block}].{name}"))]);
        }
        if (oneEach)
        {
            annotations.AddCategoricalRanges([.. Enumerable.Range(0, blocks).SelectMany(block => (int[])[block * keys, (block + 1) * keys - 1])]);
            annotations.AddIsNormalized();
        }
        DataViewType type = blocks == 1
            ? new VectorDataViewType(NumberDataViewType.Single, keys)
            : new VectorDataViewType(NumberDataViewType.Single, blocks, keys);
        return new(type, annotations.ToAnnotations(), row => Getters.Invoke<Delegate>(
            (Func<DataViewRow, DataViewSchema.Column, int, int, Delegate>)CreateGetter<int>, key.RawType, row, input, keys, blocks));
    }

    private static Delegate CreateGetter<TKey>(DataViewRow row, DataViewSchema.Column input, int keys, int blocks)
    {
        var slots = new SortedDictionary<int, float>();
        Action read = Items.CreateVisitor<TKey>(row, row.Schema[input.Index], (item, index) =>
        {
            ulong value = Convert.ToUInt64(item);
            if (value == 0 || value > (ulong)keys)
                return;
            int slot = (blocks == 1 ? 0 : index * keys) + (int)value - 1;
            slots[slot] = slots.GetValueOrDefault(slot) + 1;
        });
        return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            slots.Clear();
            read();
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, keys * blocks, slots.Count);
            int at = 0;
            foreach ((int slot, float count) in slots)
            {
                if (slots.Count < keys * blocks)
                    editor.Indices[at] = slot;
                editor.Values[at++] = count;
            }
            value = editor.Commit();
        });
    }

    // The key values as texts; null where there are none.
    private static string[] KeyNames(DataViewSchema.Column input, int keys)
        => input.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues)?.Type is VectorDataViewType values && values.Size == keys
            ? Getters.Invoke<string[]>((Func<DataViewSchema.Column, string[]>)ReadNames<int>, values.ItemType.RawType, input)
            : null;

    private static string[] ReadNames<T>(DataViewSchema.Column input)
    {
        VBuffer<T> values = default;
        input.GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => Terms.ToText(value))];
    }
}
