using System.Globalization;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Segmentation;

/// <summary>How well pictures were predicted, on a screen.</summary>
internal static class SegmentationSummary
{
    /// <param name="result">The result.</param>
    /// <param name="asPublished">Whether a class that is nowhere counts as 0 in the mean.</param>
    /// <param name="output">Where the lines go.</param>
    public static void Write(EvaluatedPictures result, bool asPublished, TextWriter output)
    {
        SegmentationMetrics metrics = result.Metrics;
        int width = Math.Max(12, metrics.ClassNames.Max(name => name.Length) + 2);
        double mean = asPublished ? metrics.MeanOverAllClasses : metrics.MeanIntersectionOverUnion;
        Line("class", "IoU", "pixels", "predicted");
        for (int label = 0; label < metrics.ClassNames.Count; label++)
        {
            Line(
                metrics.ClassNames[label], Number(metrics.PerClassIntersectionOverUnion[label]),
                result.TruePixels(label).ToString(CultureInfo.InvariantCulture),
                result.PredictedPixels(label).ToString(CultureInfo.InvariantCulture));
        }

        Line("mean", Number(mean));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{result.RightShare:P1} of the pixels of {result.Pictures.Length} pictures are right."));

        void Line(string name, params string[] cells) => output.WriteLine(
            (Printable.Line(name).PadRight(width) + string.Concat(cells.Select(cell => cell.PadLeft(12)))).TrimEnd());
    }

    private static string Number(double value) => double.IsNaN(value) ? "-" : value.ToString("0.000", CultureInfo.InvariantCulture);
}
