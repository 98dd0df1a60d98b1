using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(MissingValueIndicatorTransformer), null, typeof(SignatureLoadModel), "Indicate missing values", MissingValueIndicatorTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class MissingValueIndicatorEstimator : TrivialEstimator<MissingValueIndicatorTransformer>
{
    private readonly InputOutputColumnPair[] _pairs;

    internal MissingValueIndicatorEstimator(IHostEnvironment env, InputOutputColumnPair[] pairs)
        : base(env.Register(nameof(MissingValueIndicatorEstimator)), new MissingValueIndicatorTransformer(env, pairs))
        => _pairs = pairs;

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema.Map(_pairs, column =>
    {
        if (!column.IsKey && !MissingValues.Has(column.ItemType))
            throw SchemaErrors.TypeMismatch(column.Name, "a type with missing values", column.GetTypeString());
        SchemaShape.Column flag = new(AnnotationUtils.Kinds.IsNormalized, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false);
        return new(column.Name, column.Kind, BooleanDataViewType.Instance, false, new SchemaShape([flag, .. column.Annotations.Keep()]));
    });
}

// Whether each value is missing.
public sealed class MissingValueIndicatorTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "NaIndicatorTransform";

    internal MissingValueIndicatorTransformer(IHostEnvironment env, InputOutputColumnPair[] pairs) : base(env.Register(LoaderSignature), pairs)
    {
    }

    private MissingValueIndicatorTransformer(IHostEnvironment env, ModelLoadContext ctx) : base(env.Register(LoaderSignature), ctx)
    {
    }

    private protected override VersionInfo Version => new("NAINDICA", 1, 1, 1, typeof(MissingValueIndicatorTransformer).Assembly.FullName, LoaderSignature);

    private protected override ColumnMap MapColumn(int pair, DataViewSchema.Column input)
    {
        if (!MissingValues.Has(input.Type))
            throw SchemaErrors.TypeMismatch(input.Name, "a type with missing values", input.Type.ToString());
        DataViewSchema.Annotations.Builder annotations = input.Keep();
        annotations.AddIsNormalized();
        return new(input.Type.WithItem(BooleanDataViewType.Instance), annotations.ToAnnotations(), row
            => Getters.Invoke<Delegate>((Func<DataViewRow, DataViewSchema.Column, Delegate>)CreateGetter<int>, input.Type.ItemType().RawType, row, input));
    }

    private static Delegate CreateGetter<T>(DataViewRow row, DataViewSchema.Column input)
    {
        Func<T, bool> isMissing = MissingValues.Test<T>(input.Type.ItemType());
        return ItemMaps.CreateGetter<T, bool>(row, input, (value, _) => isMissing(value));
    }
}
