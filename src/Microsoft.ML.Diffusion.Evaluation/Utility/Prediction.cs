using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.Utility;

/// <summary>What one model said of the test rows.</summary>
/// <param name="Metrics">The metrics of the label's task.</param>
/// <param name="MainMetric">The first of them, ready to be taken on resampled rows.</param>
internal sealed record Prediction(double[] Metrics, ResampledMetric MainMetric)
{
    public static Prediction OfTwoClasses(bool[] labels, bool[] predicted, double[] scores) =>
        new(PredictionMetrics.Binary(labels, predicted, scores), new ResampledAuc(scores, labels));

    public static Prediction OfClasses(int[] labels, int[] predicted, double[] scores, int classes) =>
        new(PredictionMetrics.Multiclass(labels, predicted, scores, classes), ResampledAuc.OfClasses(labels, scores, classes));

    public static Prediction OfNumbers(double[] labels, double[] predicted) =>
        new(PredictionMetrics.Regression(labels, predicted), new ResampledR2(labels, predicted));
}
