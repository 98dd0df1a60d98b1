using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(MulticlassPredictionTransformer), null, typeof(SignatureLoadModel),
    "Multiclass prediction", MulticlassPredictionTransformer.LoaderSignature)]

namespace Microsoft.ML.Data;

internal static class MulticlassPredictionTransformer
{
    public const string LoaderSignature = "MulticlassPred";
    public static VersionInfo Version => new("MC  PRED", 1, 1, 1, typeof(MulticlassPredictionTransformer).Assembly.FullName, LoaderSignature);

    private static MulticlassPredictionTransformer<object> Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new(env.Register(LoaderSignature), ctx);
    }
}

// Adds PredictedLabel (the class of the largest score, with the label's key values) and Score, one a class.
public sealed class MulticlassPredictionTransformer<TModel> : SingleFeaturePredictionTransformerBase<TModel> where TModel : class
{
    // One column: the label, with its key values.
    private readonly DataViewSchema _label;

    internal MulticlassPredictionTransformer(IHostEnvironment env, TModel model, DataViewSchema inputSchema, string featureColumn, string labelColumn)
        : base(env.Register(MulticlassPredictionTransformer.LoaderSignature), model, featureColumn, inputSchema[featureColumn].Type)
        => _label = LabelOf(inputSchema[labelColumn]);

    internal MulticlassPredictionTransformer(IHost host, ModelLoadContext ctx) : base(host, ctx) => _label = SchemaCodec.Read(ctx.Reader);

    private protected override VersionInfo Version => MulticlassPredictionTransformer.Version;

    private protected override void SaveCore(ModelSaveContext ctx) => SchemaCodec.Write(ctx.Writer, _label);

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema)
        => new Mapping(inputSchema, FindFeatureColumn(inputSchema), (IScorer)Model, _label[0].Annotations);

    private static DataViewSchema LabelOf(DataViewSchema.Column label)
    {
        var names = new DataViewSchema.Annotations.Builder();
        names.Add(label.Annotations, kind => kind == AnnotationUtils.Kinds.KeyValues);
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(label.Name, label.Type, names.ToAnnotations());
        return schema.ToSchema();
    }

    private sealed class Mapping : ScoreMapping
    {
        public Mapping(DataViewSchema inputSchema, int featureColumn, IScorer scorer, DataViewSchema.Annotations names) : base(inputSchema, featureColumn, scorer)
        {
            const string Kind = AnnotationUtils.Const.ScoreColumnKind.MulticlassClassification;
            int count = scorer.ScoreCount;
            DataViewSchema.Annotations.Builder label = Annotate(Kind, AnnotationUtils.Const.ScoreValueKind.PredictedLabel);
            DataViewSchema.Annotations.Builder score = Annotate(Kind, AnnotationUtils.Const.ScoreValueKind.Score);
            if (names.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues) is { Type: VectorDataViewType type } values)
            {
                label.Add(names, _ => true);
                Copy(values, names, score, AnnotationUtils.Kinds.TrainingLabelValues);
                if (type.ItemType is TextDataViewType)
                    Copy(values, names, score, AnnotationUtils.Kinds.SlotNames);
            }
            Columns =
            [
                new(DefaultColumnNames.PredictedLabel, new KeyDataViewType(typeof(uint), count), label.ToAnnotations()),
                new(DefaultColumnNames.Score, new VectorDataViewType(NumberDataViewType.Single, count), score.ToAnnotations()),
            ];
        }

        public override DataViewSchema.DetachedColumn[] Columns { get; }

        private static void Copy(DataViewSchema.Column values, DataViewSchema.Annotations from, DataViewSchema.Annotations.Builder to, string kind)
            => to.Add(kind, values.Type, Getters.Invoke<Delegate>(
                (Func<DataViewSchema.Annotations, DataViewSchema.Column, Delegate>)GetGetter<int>, values.Type.RawType, from, values));

        private static Delegate GetGetter<T>(DataViewSchema.Annotations annotations, DataViewSchema.Column kind) => annotations.GetGetter<T>(kind);

        protected override Delegate[] CreateGetters(float[] scores, Action update)
        {
            ValueGetter<uint> label = (ref uint value) =>
            {
                update();
                int best = Array.IndexOf(scores, scores.Max());
                value = (uint)best + 1;
            };
            ValueGetter<VBuffer<float>> score = (ref VBuffer<float> value) =>
            {
                update();
                VBuffer<float>.Copy(scores, 0, ref value, scores.Length);
            };
            return [label, score];
        }
    }
}
