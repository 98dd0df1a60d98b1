using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(KeyToValueMappingTransformer), null, typeof(SignatureLoadModel), "Keys to values", KeyToValueMappingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class KeyToValueMappingEstimator : TrivialEstimator<KeyToValueMappingTransformer>
{
    private readonly InputOutputColumnPair[] _pairs;

    internal KeyToValueMappingEstimator(IHostEnvironment env, InputOutputColumnPair[] pairs)
        : base(env.Register(nameof(KeyToValueMappingEstimator)), new KeyToValueMappingTransformer(env, pairs))
        => _pairs = pairs;

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema.Map(_pairs, column =>
    {
        if (!column.IsKey || !column.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out SchemaShape.Column values))
            throw new InvalidOperationException("Metadata KeyValues does not exist");
        return new(column.Name, column.Kind, values.ItemType, values.IsKey, column.Annotations.Keep());
    });
}

// The value behind each key; the missing value of its type for key 0.
public sealed class KeyToValueMappingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "KeyToValueTransform";

    internal KeyToValueMappingTransformer(IHostEnvironment env, InputOutputColumnPair[] pairs) : base(env.Register(LoaderSignature), pairs)
    {
    }

    private KeyToValueMappingTransformer(IHostEnvironment env, ModelLoadContext ctx) : base(env.Register(LoaderSignature), ctx)
    {
    }

    private protected override VersionInfo Version => new("KEY2VALT", 1, 1, 1, typeof(KeyToValueMappingTransformer).Assembly.FullName, LoaderSignature);

    private protected override ColumnMap MapColumn(int pair, DataViewSchema.Column input)
    {
        if (input.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues)?.Type is not VectorDataViewType values)
            throw new InvalidOperationException("Metadata KeyValues does not exist");
        Delegate getter = Getters.Invoke<Delegate>((Func<DataViewSchema.Column, Delegate>)MakeGetter<int>, values.ItemType.RawType, input);
        return new(input.Type.WithItem(values.ItemType), input.Keep().ToAnnotations(), (Func<DataViewRow, Delegate>)getter);
    }

    private static Delegate MakeGetter<T>(DataViewSchema.Column input)
    {
        VBuffer<T> buffer = default;
        input.GetKeyValues(ref buffer);
        T missing = typeof(T) == typeof(float) ? (T)(object)float.NaN : typeof(T) == typeof(double) ? (T)(object)double.NaN : default;
        T[] values = [missing, .. buffer.DenseValues()];
        return (Func<DataViewRow, Delegate>)(row => Getters.Invoke<Delegate>(
            (Func<DataViewRow, DataViewSchema.Column, Func<ulong, T>, Delegate>)FromKey<int, T>, [input.Type.ItemType().RawType, typeof(T)],
            row, input, (Func<ulong, T>)(key => values[key < (ulong)values.Length ? key : 0])));
    }

    private static Delegate FromKey<TKey, T>(DataViewRow row, DataViewSchema.Column input, Func<ulong, T> lookup)
        => ItemMaps.CreateGetter<TKey, T>(row, input, (key, _) => lookup(Convert.ToUInt64(key)));
}
