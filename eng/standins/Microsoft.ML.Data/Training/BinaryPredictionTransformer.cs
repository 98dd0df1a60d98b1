using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(BinaryPredictionTransformer), null, typeof(SignatureLoadModel),
    "Binary prediction", BinaryPredictionTransformer.LoaderSignature)]

namespace Microsoft.ML.Data;

internal static class BinaryPredictionTransformer
{
    public const string LoaderSignature = "BinaryPred";
    public static VersionInfo Version => new("BIN PRED", 1, 1, 1, typeof(BinaryPredictionTransformer).Assembly.FullName, LoaderSignature);

    private static BinaryPredictionTransformer<object> Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new(env.Register(LoaderSignature), ctx);
    }
}

// Adds PredictedLabel (whether the score is positive), Score and, of a model that has one, Probability.
public sealed class BinaryPredictionTransformer<TModel> : SingleFeaturePredictionTransformerBase<TModel> where TModel : class
{
    internal BinaryPredictionTransformer(IHostEnvironment env, TModel model, DataViewSchema inputSchema, string featureColumn)
        : base(env.Register(BinaryPredictionTransformer.LoaderSignature), model, featureColumn, inputSchema[featureColumn].Type)
    {
    }

    internal BinaryPredictionTransformer(IHost host, ModelLoadContext ctx) : base(host, ctx)
    {
    }

    private protected override VersionInfo Version => BinaryPredictionTransformer.Version;

    private protected override void SaveCore(ModelSaveContext ctx)
    {
    }

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema)
        => new Mapping(inputSchema, FindFeatureColumn(inputSchema), (IScorer)Model);

    private sealed class Mapping : ScoreMapping
    {
        public Mapping(DataViewSchema inputSchema, int featureColumn, IScorer scorer) : base(inputSchema, featureColumn, scorer)
        {
            const string Kind = AnnotationUtils.Const.ScoreColumnKind.BinaryClassification;
            DataViewSchema.DetachedColumn label = new(DefaultColumnNames.PredictedLabel, BooleanDataViewType.Instance,
                Annotate(Kind, AnnotationUtils.Const.ScoreValueKind.PredictedLabel).ToAnnotations());
            DataViewSchema.DetachedColumn score = new(DefaultColumnNames.Score, NumberDataViewType.Single,
                Annotate(Kind, AnnotationUtils.Const.ScoreValueKind.Score).ToAnnotations());
            DataViewSchema.Annotations.Builder builder = Annotate(Kind, AnnotationUtils.Const.ScoreValueKind.Probability);
            builder.AddIsNormalized();
            DataViewSchema.DetachedColumn probability = new(DefaultColumnNames.Probability, NumberDataViewType.Single, builder.ToAnnotations());
            Columns = scorer is IProbabilityScorer ? [label, score, probability] : [label, score];
        }

        public override DataViewSchema.DetachedColumn[] Columns { get; }

        protected override Delegate[] CreateGetters(float[] scores, Action update)
        {
            ValueGetter<bool> label = (ref bool value) =>
            {
                update();
                value = scores[0] > 0;
            };
            ValueGetter<float> score = (ref float value) =>
            {
                update();
                value = scores[0];
            };
            if (Scorer is not IProbabilityScorer calibrated)
                return [label, score];
            ValueGetter<float> probability = (ref float value) =>
            {
                update();
                value = calibrated.GetProbability(scores[0]);
            };
            return [label, score, probability];
        }
    }
}
