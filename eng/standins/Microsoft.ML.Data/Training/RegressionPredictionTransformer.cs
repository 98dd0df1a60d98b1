using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(RegressionPredictionTransformer), null, typeof(SignatureLoadModel),
    "Regression prediction", RegressionPredictionTransformer.LoaderSignature)]

namespace Microsoft.ML.Data;

internal static class RegressionPredictionTransformer
{
    public const string LoaderSignature = "RegressionPred";
    public static VersionInfo Version => new("REG PRED", 1, 1, 1, typeof(RegressionPredictionTransformer).Assembly.FullName, LoaderSignature);

    private static RegressionPredictionTransformer<object> Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new(env.Register(LoaderSignature), ctx);
    }
}

// Adds Score.
public sealed class RegressionPredictionTransformer<TModel> : SingleFeaturePredictionTransformerBase<TModel> where TModel : class
{
    internal RegressionPredictionTransformer(IHostEnvironment env, TModel model, DataViewSchema inputSchema, string featureColumn)
        : base(env.Register(RegressionPredictionTransformer.LoaderSignature), model, featureColumn, inputSchema[featureColumn].Type)
    {
    }

    internal RegressionPredictionTransformer(IHost host, ModelLoadContext ctx) : base(host, ctx)
    {
    }

    private protected override VersionInfo Version => RegressionPredictionTransformer.Version;

    private protected override void SaveCore(ModelSaveContext ctx)
    {
    }

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema)
        => new Mapping(inputSchema, FindFeatureColumn(inputSchema), (IScorer)Model);

    private sealed class Mapping : ScoreMapping
    {
        public Mapping(DataViewSchema inputSchema, int featureColumn, IScorer scorer) : base(inputSchema, featureColumn, scorer)
        {
            Columns =
            [
                new(DefaultColumnNames.Score, NumberDataViewType.Single,
                    Annotate(AnnotationUtils.Const.ScoreColumnKind.Regression, AnnotationUtils.Const.ScoreValueKind.Score).ToAnnotations()),
            ];
        }

        public override DataViewSchema.DetachedColumn[] Columns { get; }

        protected override Delegate[] CreateGetters(float[] scores, Action update)
        {
            ValueGetter<float> score = (ref float value) =>
            {
                update();
                value = scores[0];
            };
            return [score];
        }
    }
}
