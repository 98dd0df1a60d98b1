using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.Utility;

/// <summary>How good predictions are, by the metrics of <see cref="UtilityScore.Metric"/>.</summary>
public static class PredictionMetrics
{
    /// <summary>The metrics of <see cref="Binary"/>.</summary>
    public static IReadOnlyList<string> BinaryMetrics { get; } = ["auc", "accuracy", "f1Binary", "f1Macro", "f1Weighted"];

    /// <summary>The metrics of <see cref="Multiclass"/>.</summary>
    public static IReadOnlyList<string> MulticlassMetrics { get; } = ["auc", "accuracy", "f1Macro", "f1Weighted"];

    /// <summary>The metrics of <see cref="Regression"/>.</summary>
    public static IReadOnlyList<string> RegressionMetrics { get; } = ["r2", "rmse"];

    /// <summary>Two classes.</summary>
    /// <param name="labels">Whether each row is of the positive class.</param>
    /// <param name="predicted">Whether it was predicted to be.</param>
    /// <param name="scores">What ranks the rows, higher for the positive class.</param>
    /// <returns>One value per metric of <see cref="BinaryMetrics"/>. AUC is NaN where the rows are all of one class.</returns>
    public static double[] Binary(ReadOnlySpan<bool> labels, ReadOnlySpan<bool> predicted, ReadOnlySpan<double> scores)
    {
        RequireSameLength(labels.Length, predicted.Length, scores.Length);
        double[,] counts = new double[2, 2];
        for (int i = 0; i < labels.Length; i++)
            counts[labels[i] ? 1 : 0, predicted[i] ? 1 : 0]++;
        return [RankAuc.Of(scores, labels), Accuracy(counts), F1(counts, 1), MacroF1(counts), WeightedF1(counts)];
    }

    /// <summary>Three or more classes.</summary>
    /// <param name="labels">Code of each row's class, 0 to K - 1.</param>
    /// <param name="predicted">Code of the predicted class, 0 to K - 1.</param>
    /// <param name="scores">K scores for each row, one row after another.</param>
    /// <param name="classes">K.</param>
    /// <returns>One value per metric of <see cref="MulticlassMetrics"/>. AUC is that of one class against the rest, averaged over the
    /// classes
    /// that occur.</returns>
    public static double[] Multiclass(ReadOnlySpan<int> labels, ReadOnlySpan<int> predicted, ReadOnlySpan<double> scores, int classes)
    {
        RequireSameLength(labels.Length, predicted.Length, scores.Length / Math.Max(1, classes));
        double[,] counts = new double[classes, classes];
        for (int i = 0; i < labels.Length; i++)
            counts[labels[i], predicted[i]]++;
        double sum = 0;
        int occurring = 0;
        double[] own = new double[labels.Length];
        bool[] isOwn = new bool[labels.Length];
        for (int k = 0; k < classes; k++)
        {
            for (int i = 0; i < own.Length; i++)
            {
                own[i] = scores[(i * classes) + k];
                isOwn[i] = labels[i] == k;
            }

            double auc = RankAuc.Of(own, isOwn);
            if (double.IsNaN(auc))
                continue;
            sum += auc;
            occurring++;
        }

        return [sum / occurring, Accuracy(counts), MacroF1(counts), WeightedF1(counts)];
    }

    /// <summary>Numbers.</summary>
    /// <param name="labels">The true number of each row.</param>
    /// <param name="predicted">The predicted one.</param>
    /// <returns>One value per metric of <see cref="RegressionMetrics"/>. R2 is NaN where the labels are all equal.</returns>
    public static double[] Regression(ReadOnlySpan<double> labels, ReadOnlySpan<double> predicted)
    {
        RequireSameLength(labels.Length, predicted.Length, labels.Length);
        double mean = 0, squares = 0, errors = 0;
        foreach (double label in labels)
            mean += label / labels.Length;
        for (int i = 0; i < labels.Length; i++)
        {
            squares += (labels[i] - mean) * (labels[i] - mean);
            errors += (labels[i] - predicted[i]) * (labels[i] - predicted[i]);
        }

        return [squares > 0 ? 1 - (errors / squares) : double.NaN, Math.Sqrt(errors / labels.Length)];
    }

    private static void RequireSameLength(int labels, int predicted, int scores)
    {
        if (labels != predicted || labels != scores)
            throw new ArgumentException(
                $"There are {labels} labels, {predicted} predictions and scores for {scores} rows; as many of each were expected.",
                nameof(labels));
    }

    private static double Accuracy(double[,] counts)
    {
        double right = 0;
        for (int k = 0; k < counts.GetLength(0); k++)
            right += counts[k, k];
        return right / counts.Cast<double>().Sum();
    }

    private static double F1(double[,] counts, int k)
    {
        (double actual, double predicted) = Totals(counts, k);
        return actual + predicted > 0 ? 2 * counts[k, k] / (actual + predicted) : 0;
    }

    // Over the classes that occur among labels or predictions, as scikit-learn does.
    private static double MacroF1(double[,] counts) => Occurring(counts).Select(k => F1(counts, k)).DefaultIfEmpty(double.NaN).Average();

    // MissDiff, appendix C.4: a class counts the more the rarer it is.
    private static double WeightedF1(double[,] counts)
    {
        int[] occurring = Occurring(counts);
        double rows = counts.Cast<double>().Sum();
        return occurring.Length < 2 ? 0 : occurring.Sum(k => F1(counts, k) * (1 - (Totals(counts, k).Actual / rows))) / (occurring.Length - 1);
    }

    private static int[] Occurring(double[,] counts) =>
        [.. Enumerable.Range(0, counts.GetLength(0)).Where(k => Totals(counts, k) is var (actual, predicted) && actual + predicted > 0)];

    private static (double Actual, double Predicted) Totals(double[,] counts, int k)
    {
        double actual = 0, predicted = 0;
        for (int other = 0; other < counts.GetLength(0); other++)
        {
            actual += counts[k, other];
            predicted += counts[other, k];
        }

        return (actual, predicted);
    }
}
