using Microsoft.ML.Data;

namespace Microsoft.ML.StandIns.Tests.Trainers;

/// <summary>Metrics of a few rows against values worked out by hand.</summary>
public sealed class MetricsTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static readonly BinaryRow[] _rows =
    [
        new(true, 1.2f, 0.8f), new(true, -0.3f, 0.4f), new(false, -1, 0.1f), new(false, 0.7f, 0.7f),
        new(true, 0.7f, 0.7f), new(false, -2, 0.05f), new(true, 3, 0.99f),
    ];

    [Fact]
    public void Binary_metrics_count_and_rank()
    {
        CalibratedBinaryClassificationMetrics metrics = _ml.BinaryClassification.Evaluate(_ml.Data.LoadFromEnumerable(_rows));
        // Three of four positives and two of three negatives are on the right side of zero.
        Assert.Equal(5.0 / 7, metrics.Accuracy, 6);
        Assert.Equal(3.0 / 4, metrics.PositivePrecision, 6);
        Assert.Equal(3.0 / 4, metrics.PositiveRecall, 6);
        Assert.Equal(2.0 / 3, metrics.NegativePrecision, 6);
        Assert.Equal(2.0 / 3, metrics.NegativeRecall, 6);
        Assert.Equal(3.0 / 4, metrics.F1Score, 6);
        // Of the twelve pairs, ten are in order and one is tied.
        Assert.Equal(10.5 / 12, metrics.AreaUnderRocCurve, 6);
        // Precision at the positives: 1, 1, 3/4 (after 2/3), 4/5 (after 3/4), a quarter of the recall each.
        Assert.Equal(0.25 * (1 + 1 + (2.0 / 3 + 0.75) / 2 + (0.75 + 0.8) / 2), metrics.AreaUnderPrecisionRecallCurve, 6);
        double logLoss = -(Math.Log2(0.8) + Math.Log2(0.4) + Math.Log2(0.9) + Math.Log2(0.3) + Math.Log2(0.7) + Math.Log2(0.95) + Math.Log2(0.99)) / 7;
        double entropy = -(4.0 / 7 * Math.Log2(4.0 / 7) + 3.0 / 7 * Math.Log2(3.0 / 7));
        Assert.Equal(logLoss, metrics.LogLoss, 5);
        Assert.Equal(entropy, metrics.Entropy, 6);
        Assert.Equal(1 - logLoss / entropy, metrics.LogLossReduction, 5);
    }

    [Fact]
    public void A_confusion_matrix_has_the_positive_class_first()
    {
        ConfusionMatrix matrix = _ml.BinaryClassification.EvaluateNonCalibrated(_ml.Data.LoadFromEnumerable(_rows)).ConfusionMatrix;
        Assert.Equal(2, matrix.NumberOfClasses);
        Assert.Equal([3.0, 1.0], matrix.Counts[0]);
        Assert.Equal([1.0, 2.0], matrix.Counts[1]);
        Assert.Equal(1, matrix.GetCountForClassPair(predictedClassIndicatorIndex: 0, actualClassIndicatorIndex: 1));
        Assert.Contains("negative", matrix.GetFormattedConfusionTable());
    }

    [Fact]
    public void The_area_under_the_curve_needs_both_classes()
    {
        IDataView negatives = _ml.Data.LoadFromEnumerable(_rows.Where(row => !row.Label));
        IDataView positives = _ml.Data.LoadFromEnumerable(_rows.Where(row => row.Label));
        Assert.Contains("positive", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.BinaryClassification.Evaluate(negatives)).Message);
        Assert.Contains("negative", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.BinaryClassification.Evaluate(positives)).Message);
    }

    [Fact]
    public void A_column_that_an_evaluation_misses_is_named()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(_rows);
        Assert.Contains("Label", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.BinaryClassification.Evaluate(view, "Nope")).Message);
        Assert.Contains("Probability",
            Assert.Throws<ArgumentOutOfRangeException>(() => _ml.BinaryClassification.Evaluate(view, probabilityColumnName: "Nope")).Message);
    }

    [Fact]
    public void Multiclass_metrics_follow_the_largest_score()
    {
        MulticlassRow[] rows =
        [
            new(0, [0.5f, 0.1f, 0.4f]), new(1, [0.7f, 0.2f, 0.1f]), new(1, [0.3f, 0.6f, 0.1f]), new(2, [0.1f, 0.8f, 0.1f]),
        ];
        MulticlassClassificationMetrics metrics = _ml.MulticlassClassification.Evaluate(_ml.Data.LoadFromEnumerable(rows), topKPredictionCount: 2);
        Assert.Equal(2.0 / 4, metrics.MicroAccuracy, 6);
        Assert.Equal((1 + 0.5 + 0) / 3, metrics.MacroAccuracy, 6);
        double[] losses = [-Math.Log(0.5), -(Math.Log(0.2) + Math.Log(0.6)) / 2, -Math.Log(0.1)];
        Assert.Equal((losses[0] + 2 * losses[1] + losses[2]) / 4, metrics.LogLoss, 5);
        Assert.All(losses.Zip(metrics.PerClassLogLoss), pair => Assert.Equal(pair.First, pair.Second, 5));
        double entropy = -(0.5 * Math.Log(0.5) + 2 * 0.25 * Math.Log(0.25));
        Assert.Equal(1 - metrics.LogLoss / entropy, metrics.LogLossReduction, 5);
        Assert.Equal(2, metrics.TopKPredictionCount);
        Assert.Equal(0.5, metrics.TopKAccuracyForAllK[0], 6);
        Assert.Equal(0.75, metrics.TopKAccuracy, 6);
        Assert.Equal([1.0, 1.0, 0.0], metrics.ConfusionMatrix.Counts[1]);
    }

    [Fact]
    public void Regression_metrics_leave_out_rows_without_a_label()
    {
        IDataView view = _ml.Data.LoadFromEnumerable<NumberRow>([new(1, 1.5f), new(2, 1.5f), new(3, 3), new(5, 7), new(float.NaN, 100)]);
        RegressionMetrics metrics = _ml.Regression.Evaluate(view);
        Assert.Equal((0.5 + 0.5 + 0 + 2) / 4, metrics.MeanAbsoluteError, 6);
        Assert.Equal((0.25 + 0.25 + 0 + 4) / 4, metrics.MeanSquaredError, 6);
        Assert.Equal(Math.Sqrt(1.125), metrics.RootMeanSquaredError, 6);
        Assert.Equal(1.125, metrics.LossFunction, 6);
        // The labels' mean is 2.75, their squared distances from it sum to 8.75.
        Assert.Equal(1 - 4.5 / 8.75, metrics.RSquared, 6);
    }

    private sealed class BinaryRow(bool label, float score, float probability)
    {
        public bool Label { get; } = label;

        public float Score { get; } = score;

        public float Probability { get; } = probability;

        public bool PredictedLabel => Score > 0;
    }

    private sealed class MulticlassRow(uint label, float[] score)
    {
        [KeyType(3)]
        public uint Label { get; } = label;

        [KeyType(3)]
        public uint PredictedLabel => (uint)Array.IndexOf(Score, Score.Max());

        [VectorType(3)]
        public float[] Score { get; } = score;
    }

    private sealed class NumberRow(float label, float score)
    {
        public float Label { get; } = label;

        public float Score { get; } = score;
    }
}
