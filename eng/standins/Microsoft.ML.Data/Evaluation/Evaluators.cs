using System.Globalization;

namespace Microsoft.ML.Data;

// Reads labels and predictions of a scored view, row by row; rows without a label do not count.
internal static class Evaluators
{
    // The probability column is null where there is none.
    public static List<BinaryOutcome> ReadBinary(IDataView data, string label, string score, string probability, string predictedLabel)
    {
        DataViewSchema.Column labelColumn = Find(data, label, DefaultColumnNames.Label);
        bool two = labelColumn.Type is BooleanDataViewType or KeyDataViewType { Count: 2 } || IsReal(labelColumn.Type);
        if (!two)
            throw SchemaErrors.TypeMismatch(label, "Single, Double, Boolean, or a Key with cardinality 2", labelColumn.Type.ToString(), "label", "schema");
        DataViewSchema.Column scoreColumn = Find(data, score, DefaultColumnNames.Score, NumberDataViewType.Single);
        DataViewSchema.Column predictedColumn = Find(data, predictedLabel, DefaultColumnNames.PredictedLabel, BooleanDataViewType.Instance);
        DataViewSchema.Column? probabilityColumn = probability == null ? null
            : Find(data, probability, DefaultColumnNames.Probability, NumberDataViewType.Single);

        var outcomes = new List<BinaryOutcome>();
        using DataViewRowCursor cursor = data.GetRowCursor(
            new[] { labelColumn, scoreColumn, predictedColumn, probabilityColumn ?? scoreColumn }.DistinctBy(column =>
                column.Index));
        Func<float> getLabel = LabelReader.Of(cursor, labelColumn);
        ValueGetter<float> getScore = cursor.GetGetter<float>(scoreColumn);
        ValueGetter<bool> getPredicted = cursor.GetGetter<bool>(predictedColumn);
        ValueGetter<float> getProbability = probabilityColumn is { } given ? cursor.GetGetter<float>(given) : null;
        float scored = 0, probable = 0;
        bool predicted = false;
        while (cursor.MoveNext())
        {
            float truth = getLabel();
            getScore(ref scored);
            if (float.IsNaN(truth) || float.IsNaN(scored))
                continue;
            getPredicted(ref predicted);
            getProbability?.Invoke(ref probable);
            outcomes.Add(new BinaryOutcome(truth > 0, predicted, scored, probable));
        }
        return outcomes;
    }

    public static MulticlassClassificationMetrics EvaluateMulticlass(IDataView data, string label, string score, int topK)
    {
        DataViewSchema.Column labelColumn = Find(data, label, DefaultColumnNames.Label);
        if (labelColumn.Type is not KeyDataViewType && !IsReal(labelColumn.Type))
            throw SchemaErrors.TypeMismatch(label, "Single, Double, or a Key", labelColumn.Type.ToString(), "label", "schema");
        DataViewSchema.Column scoreColumn = Find(data, score, DefaultColumnNames.Score);
        if (scoreColumn.Type is not VectorDataViewType { IsKnownSize: true } scores || !scores.ItemType.Equals(NumberDataViewType.Single))
            throw SchemaErrors.TypeMismatch(score, "Vector<Single>", scoreColumn.Type.ToString(), "score", "schema");

        var outcomes = new List<(int, float[])>();
        using (DataViewRowCursor cursor = data.GetRowCursor([labelColumn, scoreColumn]))
        {
            Func<float> getLabel = LabelReader.Of(cursor, labelColumn);
            ValueGetter<VBuffer<float>> getScore = cursor.GetGetter<VBuffer<float>>(scoreColumn);
            var buffer = default(VBuffer<float>);
            while (cursor.MoveNext())
            {
                float truth = getLabel();
                getScore(ref buffer);
                var values = new float[scores.Size];
                buffer.CopyTo(values);
                if (truth >= 0 && truth < scores.Size && !values.Any(float.IsNaN))
                    outcomes.Add(((int)truth, values));
            }
        }
        return new MulticlassClassificationMetrics(outcomes, ClassNames(scoreColumn, scores.Size), topK);
    }

    public static RegressionMetrics EvaluateRegression(IDataView data, string label, string score)
    {
        DataViewSchema.Column labelColumn = Find(data, label, DefaultColumnNames.Label);
        if (!IsReal(labelColumn.Type))
            throw SchemaErrors.TypeMismatch(label, "Single", labelColumn.Type.ToString(), "label", "schema");
        DataViewSchema.Column scoreColumn = Find(data, score, DefaultColumnNames.Score, NumberDataViewType.Single);
        var outcomes = new List<(double, double)>();
        using DataViewRowCursor cursor = data.GetRowCursor([labelColumn, scoreColumn]);
        Func<float> getLabel = LabelReader.Of(cursor, labelColumn);
        ValueGetter<float> getScore = cursor.GetGetter<float>(scoreColumn);
        float scored = 0;
        while (cursor.MoveNext())
        {
            float truth = getLabel();
            getScore(ref scored);
            if (!float.IsNaN(truth) && !float.IsNaN(scored))
                outcomes.Add((truth, scored));
        }
        return new RegressionMetrics(outcomes);
    }

    private static bool IsReal(DataViewType type) =>
        type.Equals(NumberDataViewType.Single) || type.Equals(NumberDataViewType.Double);

    private static DataViewSchema.Column Find(IDataView data, string name, string role, DataViewType type = null)
    {
        DataViewSchema.Column column = data.Schema.GetColumnOrNull(name)
            ?? throw new ArgumentOutOfRangeException("schema", $"{role} column '{name}' not found");
        if (type != null && !column.Type.Equals(type))
            throw SchemaErrors.TypeMismatch(name, type.ToString(), column.Type.ToString(), role, "schema");
        return column;
    }

    private static string[] ClassNames(DataViewSchema.Column score, int count)
    {
        if (score.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.SlotNames) == null)
            return Enumerable.Range(0, count).Select(k => k.ToString(CultureInfo.InvariantCulture)).ToArray();
        var names = default(VBuffer<ReadOnlyMemory<char>>);
        score.Annotations.GetValue(AnnotationUtils.Kinds.SlotNames, ref names);
        return names.DenseValues().Select(name => name.ToString()).ToArray();
    }
}
