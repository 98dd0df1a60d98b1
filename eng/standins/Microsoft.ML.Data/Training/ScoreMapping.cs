namespace Microsoft.ML.Data;

// What every prediction transformer computes: the scores of a row's features, and columns derived from them.
internal abstract class ScoreMapping(DataViewSchema inputSchema, int featureColumn, IScorer scorer) : RowMapping(inputSchema)
{
    private static readonly KeyDataViewType _setIdType = new(typeof(uint), int.MaxValue);

    protected IScorer Scorer => scorer;

    public override IEnumerable<int> GetDependencies(int output) => [featureColumn];

    public override Delegate[] CreateGetters(DataViewRow input, Func<int, bool> isActive)
    {
        if (!Enumerable.Range(0, Columns.Length).Any(isActive))
            return new Delegate[Columns.Length];
        ValueGetter<VBuffer<float>> getFeatures = input.GetGetter<VBuffer<float>>(input.Schema[featureColumn]);
        VBuffer<float> features = default;
        var scores = new float[scorer.ScoreCount];
        var cache = new RowCache(input, () =>
        {
            getFeatures(ref features);
            scorer.Score(features, scores);
        });
        return CreateGetters(scores, cache.Update);
    }

    // Getters that call update and then find this row's scores in the array.
    protected abstract Delegate[] CreateGetters(float[] scores, Action update);

    // The annotations by which evaluators find the columns of one prediction. The id of the set is one above the largest so far.
    protected DataViewSchema.Annotations.Builder Annotate(string columnKind, string valueKind)
    {
        uint largest = 0;
        foreach (DataViewSchema.Column column in InputSchema)
        {
            if (column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.ScoreColumnSetId) == null)
                continue;
            uint id = 0;
            column.Annotations.GetValue(AnnotationUtils.Kinds.ScoreColumnSetId, ref id);
            largest = Math.Max(largest, id);
        }
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreColumnKind, TextDataViewType.Instance, columnKind.AsMemory());
        builder.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreValueKind, TextDataViewType.Instance, valueKind.AsMemory());
        builder.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreColumnSetId, _setIdType, largest + 1);
        return builder;
    }
}
