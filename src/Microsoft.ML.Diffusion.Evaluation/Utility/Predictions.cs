using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.Utility;

/// <summary>What a trained model says of rows, judged.</summary>
internal static class Predictions
{
    /// <summary>Judges a model by the metrics of the label's task.</summary>
    public static Prediction Judge(ITransformer model, RowList rows, Featurizer featurizer, LabelCoding label)
    {
        IDataView scored = model.Transform(FeatureView.Of(rows, featurizer, label));
        switch (label.Task)
        {
            case LabelTask.Binary:
                (bool[] labels, bool[] predicted, double[] scores) = ReadBinary(scored, rows.Count);
                return Prediction.OfTwoClasses(labels, predicted, scores);
            case LabelTask.Multiclass:
                return JudgeClasses(scored, rows, label);
            default:
                return Prediction.OfNumbers(Labels(rows, label), ReadNumbers(scored, rows, label));
        }
    }

    /// <summary>The yardstick of no knowledge: the most frequent class of the training rows, or their mean, whatever the row.</summary>
    public static Prediction JudgeConstant(RowList training, RowList rows, LabelCoding label)
    {
        int[] all = [.. Enumerable.Range(0, training.Count)];
        if (label.Task == LabelTask.Regression)
        {
            double mean = Labels(training, label).Average();
            return Prediction.OfNumbers(Labels(rows, label), [.. Enumerable.Repeat(mean, rows.Count)]);
        }

        int most = all.GroupBy(row => label.ClassOf(training[row]))
            .OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key)
            .First().Key;
        int[] classes = [.. Enumerable.Range(0, rows.Count).Select(row => label.ClassOf(rows[row]))];
        return label.Task == LabelTask.Binary
            ? Prediction.OfTwoClasses([.. classes.Select(code => code == 1)], [.. classes.Select(_ => most == 1)], new double[rows.Count])
            : Prediction.OfClasses(classes, [.. classes.Select(_ => most)], new double[rows.Count * label.Classes.Length],
                label.Classes.Length);
    }

    /// <summary>Labels, predicted labels and scores of a view that a binary model has scored.</summary>
    public static (bool[] Labels, bool[] Predicted, double[] Scores) ReadBinary(IDataView scored, int rows)
    {
        bool[] labels = new bool[rows], predicted = new bool[rows];
        double[] scores = new double[rows];
        DataViewSchema.Column label = scored.Schema[FeatureView.Label];
        DataViewSchema.Column prediction = Find(scored, FeatureView.PredictedLabel), score = Find(scored, FeatureView.Score);
        using DataViewRowCursor cursor = scored.GetRowCursor([label, prediction, score]);
        ValueGetter<bool> getLabel = cursor.GetGetter<bool>(label), getPrediction = cursor.GetGetter<bool>(prediction);
        ValueGetter<float> getScore = cursor.GetGetter<float>(score);
        float value = 0;
        for (int row = 0; cursor.MoveNext(); row++)
        {
            getLabel(ref labels[row]);
            getPrediction(ref predicted[row]);
            getScore(ref value);
            scores[row] = value;
        }

        return (labels, predicted, scores);
    }

    private static Prediction JudgeClasses(IDataView scored, RowList rows, LabelCoding label)
    {
        int classes = label.Classes.Length;
        int[] labels = new int[rows.Count], predicted = new int[rows.Count];
        double[] scores = new double[rows.Count * classes];
        DataViewSchema.Column score = Find(scored, FeatureView.Score);
        using DataViewRowCursor cursor = scored.GetRowCursor([score]);
        ValueGetter<VBuffer<float>> get = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> buffer = default;
        for (int row = 0; cursor.MoveNext(); row++)
        {
            get(ref buffer);
            labels[row] = label.ClassOf(rows[row]);
            int slot = 0;
            foreach (float value in buffer.DenseValues())
                scores[(row * classes) + slot++] = value;
            for (int k = 1; k < classes; k++)
                predicted[row] = scores[(row * classes) + k] > scores[(row * classes) + predicted[row]] ? k : predicted[row];
        }

        return Prediction.OfClasses(labels, predicted, scores, classes);
    }

    private static double[] Labels(RowList rows, LabelCoding label) =>
        [.. Enumerable.Range(0, rows.Count).Select(row => rows[row][label.Column])];

    private static double[] ReadNumbers(IDataView scored, RowList rows, LabelCoding label)
    {
        double[] values = new double[rows.Count];
        DataViewSchema.Column score = Find(scored, FeatureView.Score);
        using DataViewRowCursor cursor = scored.GetRowCursor([score]);
        ValueGetter<float> get = cursor.GetGetter<float>(score);
        float value = 0;
        for (int row = 0; cursor.MoveNext(); row++)
        {
            get(ref value);
            values[row] = label.Unscaled(value);
        }

        return values;
    }

    private static DataViewSchema.Column Find(IDataView scored, string name) => scored.Schema.GetColumnOrNull(name)
        ?? throw new ArgumentException($"A trainer gave no column '{name}'; one for this kind of label was expected.", nameof(scored));
}
