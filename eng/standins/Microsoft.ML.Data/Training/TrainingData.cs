using Microsoft.ML.Data;

namespace Microsoft.ML.Trainers;

// The rows of a view that a trainer learns from, in memory: those whose label is known.
internal sealed class TrainingData
{
    private TrainingData(float[][] rows, float[] labels, float[] weights, int featureCount, int classCount)
    {
        Rows = rows;
        Labels = labels;
        Weights = weights;
        FeatureCount = featureCount;
        ClassCount = classCount;
    }

    public float[][] Rows { get; }

    // 0 or 1, a class from 0, or the number itself.
    public float[] Labels { get; }

    // Null if all rows count the same.
    public float[] Weights { get; }

    public int FeatureCount { get; }

    // 1 unless the label is a key.
    public int ClassCount { get; }

    // With whole rows only, those with a missing feature are left out.
    public static TrainingData Read(
        IDataView view, LabelKind kind, SchemaShape.Column feature, SchemaShape.Column label, SchemaShape.Column weight, bool wholeRowsOnly = false)
    {
        DataViewSchema.Column featureColumn = view.Schema[feature.Name];
        DataViewSchema.Column labelColumn = view.Schema[label.Name];
        DataViewSchema.Column? weightColumn = weight.IsValid ? view.Schema[weight.Name] : null;
        int width = ((VectorDataViewType)featureColumn.Type).Size;
        int classes = kind == LabelKind.Multiclass ? checked((int)((KeyDataViewType)labelColumn.Type).Count) : 1;

        var rows = new List<float[]>();
        var labels = new List<float>();
        var weights = new List<float>();
        IEnumerable<DataViewSchema.Column> needed = new DataViewSchema.Column?[] { featureColumn, labelColumn, weightColumn }
            .Where(column => column != null).Select(column => column.Value);
        using (DataViewRowCursor cursor = view.GetRowCursor(needed))
        {
            ValueGetter<VBuffer<float>> getFeatures = cursor.GetGetter<VBuffer<float>>(featureColumn);
            Func<float> getLabel = LabelReader.Of(cursor, labelColumn);
            ValueGetter<float> getWeight = weightColumn is { } column ? cursor.GetGetter<float>(column) : null;
            var buffer = default(VBuffer<float>);
            while (cursor.MoveNext())
            {
                float value = getLabel();
                if (float.IsNaN(value))
                    continue;
                getFeatures(ref buffer);
                var row = new float[width];
                buffer.CopyTo(row);
                if (wholeRowsOnly && row.AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
                    continue;
                rows.Add(row);
                labels.Add(value);
                float rowWeight = 1;
                getWeight?.Invoke(ref rowWeight);
                weights.Add(rowWeight);
            }
        }
        if (rows.Count == 0)
            throw new InvalidOperationException("There is nothing to learn from: no row of the training set has a label and all that the trainer needs.");
        return new TrainingData([.. rows], [.. labels], weightColumn == null ? null : [.. weights], width, classes);
    }

    // The same features, an array a feature.
    public float[][] Columns()
    {
        var columns = new float[FeatureCount][];
        Parallel.For(0, FeatureCount, f => columns[f] = Array.ConvertAll(Rows, row => row[f]));
        return columns;
    }
}
