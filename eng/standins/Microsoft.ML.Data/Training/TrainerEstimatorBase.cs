using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

public interface ITrainerEstimator<out TTransformer, out TModel> : IEstimator<TTransformer>
    where TTransformer : IPredictionTransformer<TModel>
    where TModel : class
{
    TrainerInfo Info { get; }
}

// Checks the columns, caches if the trainer wants it, trains, and wraps the model into a transformer.
public abstract class TrainerEstimatorBase<TTransformer, TModel> : ITrainerEstimator<TTransformer, TModel>
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    public readonly SchemaShape.Column FeatureColumn;
    public readonly SchemaShape.Column LabelColumn;

    // Not valid (no name) where examples have no weights.
    public readonly SchemaShape.Column WeightColumn;

    private protected readonly IHost Host;

    private protected TrainerEstimatorBase(IHost host, SchemaShape.Column feature, SchemaShape.Column label, SchemaShape.Column weight = default)
    {
        Host = host;
        FeatureColumn = feature;
        LabelColumn = label;
        WeightColumn = weight;
    }

    public abstract TrainerInfo Info { get; }

    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckInputSchema(SchemaShape.Create(input.Schema));
        TModel model = TrainModelCore(Info.WantCaching ? new CacheView(input) : input);
        return MakeTransformer(model, input.Schema);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        CheckInputSchema(inputSchema);
        return inputSchema.With(GetOutputColumnsCore(inputSchema));
    }

    private protected abstract SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema);

    private protected abstract TModel TrainModelCore(IDataView data);

    private protected abstract TTransformer MakeTransformer(TModel model, DataViewSchema trainSchema);

    private protected virtual void CheckLabelCompatible(SchemaShape.Column labelCol) => CheckCompatible("label", LabelColumn, labelCol);

    private void CheckInputSchema(SchemaShape inputSchema)
    {
        CheckCompatible("feature", FeatureColumn, inputSchema.Find(FeatureColumn.Name, "feature"));
        if (WeightColumn.IsValid)
            CheckCompatible("weight", WeightColumn, inputSchema.Find(WeightColumn.Name, "weight"));
        if (LabelColumn.IsValid)
            CheckLabelCompatible(inputSchema.Find(LabelColumn.Name, "label"));
    }

    private static void CheckCompatible(string role, SchemaShape.Column expected, SchemaShape.Column found)
    {
        if (!expected.IsCompatibleWith(found))
            throw SchemaErrors.TypeMismatch(expected.Name, expected.GetTypeString(), found.GetTypeString(), role);
    }
}

// The shapes of columns that trainers ask for.
internal static class TrainerUtils
{
    public static SchemaShape.Column MakeR4VecFeature(string name) => new(name, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false);
    public static SchemaShape.Column MakeR4ScalarColumn(string name) => new(name, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, false);
    public static SchemaShape.Column MakeR4ScalarWeightColumn(string name) => name == null ? default : MakeR4ScalarColumn(name);
    public static SchemaShape.Column MakeBoolScalarLabel(string name) => new(name, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false);
    public static SchemaShape.Column MakeU4ScalarColumn(string name) => new(name, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true);
}
