using System.Text.Json;

namespace Microsoft.ML.Diffusion.Tool.Segmentation;

/// <summary>Writes every figure of an evaluation.</summary>
internal static class SegmentationJson
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n",
    };

    /// <summary>Writes it in UTF-8; a figure that is not defined is null.</summary>
    public static void Write(EvaluatedPictures result, Stream stream)
    {
        SegmentationMetrics metrics = result.Metrics;
        int[] classes = [.. Enumerable.Range(0, metrics.ClassNames.Count)];
        JsonSerializer.Serialize(stream, new
        {
            metrics.MeanIntersectionOverUnion,
            metrics.MeanOverAllClasses,
            result.RightShare,
            Classes = classes.Select(label => new
            {
                Name = metrics.ClassNames[label],
                IntersectionOverUnion = Defined(metrics.PerClassIntersectionOverUnion[label]),
                TruePixels = result.TruePixels(label),
                PredictedPixels = result.PredictedPixels(label),
            }),
            Confusion = classes.Select(truth => classes.Select(predicted => metrics.Confusion(truth, predicted))),
            Pictures = result.Pictures.Select(picture => new
            {
                picture.Name, picture.KnownPixels, RightShare = Defined(picture.RightShare), picture.Uncertainty,
            }),
        }, s_options);
    }

    private static double? Defined(double value) => double.IsNaN(value) ? null : value;
}
