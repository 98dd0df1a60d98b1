using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.Utility;

/// <summary>What a trained model says of rows, judged.</summary>
internal static class Predictions
{
    /// <summary>What a model says of rows, in numbers that can be stored: of each row a score and whether it is true (1 or 0) for two
    /// classes, the scores of all for more, the prediction for numbers.</summary>
    public static float[] Ask(ITransformer model, RowList rows, Featurizer featurizer, LabelCoding label)
    {
        IDataView scored = model.Transform(FeatureView.Of(rows, featurizer, label));
        switch (label.Task)
        {
            case LabelTask.Binary:
                (_, bool[] predicted, double[] scores) = ReadBinary(scored, rows.Count);
                return [.. scores.SelectMany((score, row) => new[] { (float)score, predicted[row] ? 1 : 0 })];
            case LabelTask.Multiclass:
                return ReadScores(scored, rows.Count, label.Classes.Length);
            default:
                return ReadNumbers(scored, rows.Count);
        }
    }

    /// <summary>How many numbers <see cref="Ask"/> gives of a row.</summary>
    public static int NumbersOf(LabelCoding label) => label.Task switch
    {
        LabelTask.Binary => 2,
        LabelTask.Multiclass => label.Classes.Length,
        _ => 1,
    };

    /// <summary>Judges what a model said by the metrics of the label's task.</summary>
    /// <param name="answers">What <see cref="Ask"/> gave.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="label">The label.</param>
    public static Prediction Judge(float[] answers, RowList rows, LabelCoding label)
    {
        if (label.Task == LabelTask.Regression)
            return Prediction.OfNumbers(Labels(rows, label), Array.ConvertAll(answers, value => label.Unscaled(value)));
        int[] classes = [.. Enumerable.Range(0, rows.Count).Select(row => label.ClassOf(rows[row]))];
        if (label.Task == LabelTask.Multiclass)
            return JudgeClasses(answers, classes, label.Classes.Length);
        return Prediction.OfTwoClasses(
            Array.ConvertAll(classes, code => code == 1),
            [.. Enumerable.Range(0, rows.Count).Select(row => answers[(2 * row) + 1] > 0)],
            [.. Enumerable.Range(0, rows.Count).Select(row => (double)answers[2 * row])]);
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

    private static Prediction JudgeClasses(float[] answers, int[] labels, int classes)
    {
        int[] predicted = new int[labels.Length];
        double[] scores = Array.ConvertAll(answers, score => (double)score);
        for (int row = 0; row < labels.Length; row++)
        {
            for (int k = 1; k < classes; k++)
                predicted[row] = scores[(row * classes) + k] > scores[(row * classes) + predicted[row]] ? k : predicted[row];
        }

        return Prediction.OfClasses(labels, predicted, scores, classes);
    }

    private static float[] ReadScores(IDataView scored, int rows, int classes)
    {
        float[] scores = new float[rows * classes];
        DataViewSchema.Column score = Find(scored, FeatureView.Score);
        using DataViewRowCursor cursor = scored.GetRowCursor([score]);
        ValueGetter<VBuffer<float>> get = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> buffer = default;
        for (int row = 0; cursor.MoveNext(); row++)
        {
            get(ref buffer);
            int slot = 0;
            foreach (float value in buffer.DenseValues())
                scores[(row * classes) + slot++] = value;
        }

        return scores;
    }

    private static double[] Labels(RowList rows, LabelCoding label) =>
        [.. Enumerable.Range(0, rows.Count).Select(row => rows[row][label.Column])];

    private static float[] ReadNumbers(IDataView scored, int rows)
    {
        float[] values = new float[rows];
        DataViewSchema.Column score = Find(scored, FeatureView.Score);
        using DataViewRowCursor cursor = scored.GetRowCursor([score]);
        ValueGetter<float> get = cursor.GetGetter<float>(score);
        for (int row = 0; cursor.MoveNext(); row++)
            get(ref values[row]);
        return values;
    }

    private static DataViewSchema.Column Find(IDataView scored, string name) => scored.Schema.GetColumnOrNull(name)
        ?? throw new ArgumentException($"A trainer gave no column '{name}'; one for this kind of label was expected.", nameof(scored));
}
