using System.Globalization;
using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.Report;
using Microsoft.ML.Diffusion.Vision.Segmentation;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Tool.Segmentation;

/// <summary>Writes how well pictures were predicted as a page for people, in the manner of the reports of <c>evaluate</c>: one file that
/// opens offline and prints.</summary>
internal static class SegmentationReport
{
    private const int ShownPictures = 24, LegendWidth = 22, LegendHeight = 16;

    /// <summary>Writes the page in UTF-8.</summary>
    /// <param name="result">The figures.</param>
    /// <param name="asPublished">Whether a class that is nowhere counts as 0 in the mean.</param>
    /// <param name="predict">Gives a picture, its true mask and the prediction, by the name of its file.</param>
    /// <param name="stream">Where it goes; left open.</param>
    public static void Write(
        EvaluatedPictures result, bool asPublished, Func<string, (PngPicture Picture, byte[] Truth, SegmentedPicture Answer)> predict,
        Stream stream)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        string unmasked = result.Unmasked == 0 ? string.Empty : $" {Figures.Count(result.Unmasked)} pictures without a mask are left out.";
        ReportPage.Write(writer, "Predicted classes of pixels against true ones",
            $"{Figures.Count(result.Pictures.Length)} pictures, {result.Metrics.ClassNames.Count} classes. "
                + $"{Figures.Share(result.RightShare)} of the pixels are predicted right.{unmasked}",
            [
                ("short", "In short", Classes(result, asPublished)),
                ("pictures", "Pictures", Pictures(result, predict)),
                ("confusion", "What is taken for what", Confusion(result)),
                ("each", "Every picture in figures", Each(result)),
            ]);
    }

    private static IEnumerable<XElement> Classes(EvaluatedPictures result, bool asPublished)
    {
        SegmentationMetrics metrics = result.Metrics;
        yield return Note("Intersection over union: the pixels that are of a class in truth and prediction, as a share of those that are "
            + "so in either; 1 is best. Pixels of all pictures count together, and those without a true class nowhere.");
        yield return Table("Classes",
            [WordHeading("Class"), Heading("intersection over union"), Heading("true pixels"), Heading("predicted pixels")],
            [
                .. metrics.ClassNames.Select((name, label) => Tag("tr", RowHeading(name),
                    Figure(metrics.PerClassIntersectionOverUnion[label], Figures.Score),
                    Figure(result.TruePixels(label), Figures.Count), Figure(result.PredictedPixels(label), Figures.Count))),
                Tag("tr", RowHeading("mean"),
                    Figure(asPublished ? metrics.MeanOverAllClasses : metrics.MeanIntersectionOverUnion, Figures.Score)),
            ]);
        if (metrics.PerClassIntersectionOverUnion.Any(double.IsNaN))
        {
            yield return Note(asPublished
                ? "A class that is nowhere, neither in truth nor in prediction, counts as 0 in the mean (Baranchuk et al. 2022)."
                : "A class that is nowhere, neither in truth nor in prediction, is left out of the mean.");
        }
    }

    private static IEnumerable<XElement> Pictures(
        EvaluatedPictures result, Func<string, (PngPicture Picture, byte[] Truth, SegmentedPicture Answer)> predict)
    {
        EvaluatedPicture[] order =
            [.. result.Pictures.Where(picture => picture.KnownPixels > 0).OrderBy(picture => picture.RightShare)];
        EvaluatedPicture[] shown = order.Length <= ShownPictures
            ? order
            : [.. Enumerable.Range(0, ShownPictures).Select(i => order[i * (order.Length - 1) / (ShownPictures - 1)])];
        (EvaluatedPicture Figures, PngPicture Picture, byte[] Truth, SegmentedPicture Answer)[] all =
        [
            .. shown.Select(picture =>
            {
                (PngPicture file, byte[] truth, SegmentedPicture answer) = predict(picture.Name);
                return (picture, file, truth, answer);
            }),
        ];
        float largest = Math.Max(all.Max(each => each.Answer.Uncertainty.Max()), float.Epsilon);
        string some = shown.Length < order.Length ? $"{shown.Length} of {Figures.Count(order.Length)} pictures" : "All pictures";
        yield return Note($"{some}, from the one with the fewest right pixels to the one with the most. The last of each row is white "
            + $"where the classifiers disagree most ({Figures.Score(largest)}), and black where they agree.");
        IEnumerable<(XElement[], string)> keys = result.Metrics.ClassNames.Select((name, label) => (Key((byte)label), name));
        bool hasUnknown = all.Any(each => each.Truth.Contains(byte.MaxValue));
        yield return Legend.OfKeys([.. keys, .. hasUnknown ? [(Key(byte.MaxValue), "not known")] : Array.Empty<(XElement[], string)>()]);
        yield return Tag("div.pictures", all.Select(each => Tag("figure",
            Tag("figcaption", Tag("strong", each.Figures.Name),
                $" {Figures.Share(each.Figures.RightShare)} right, uncertainty {Figures.Score(each.Figures.Uncertainty)}"),
            Tag("div.row",
                Shown(PngFile.Colour(each.Picture.Pixels, each.Picture.Height, each.Picture.Width), "picture", each.Figures.Name),
                Shown(Mask(each.Truth, each.Picture), "truth", each.Figures.Name),
                Shown(Mask(each.Answer.Classes, each.Picture), "prediction", each.Figures.Name),
                Shown(
                    PngFile.Grey(UncertaintyPicture.Paint(each.Answer.Uncertainty, largest), each.Picture.Height, each.Picture.Width),
                    "uncertainty", each.Figures.Name)))));
    }

    private static IEnumerable<XElement> Confusion(EvaluatedPictures result)
    {
        SegmentationMetrics metrics = result.Metrics;
        yield return Table("Pixels of a true class (row), and the share of them that is predicted to be of each class (column)",
            [WordHeading("True class"), Heading("pixels"), .. metrics.ClassNames.Select(Heading)],
            metrics.ClassNames.Select((name, truth) => Tag("tr",
            [
                RowHeading(name), Figure(result.TruePixels(truth), Figures.Count),
                .. metrics.ClassNames.Select((_, predicted) => Figure(
                    (double)metrics.Confusion(truth, predicted) / result.TruePixels(truth), Figures.Share)),
            ])));
    }

    private static IEnumerable<XElement> Each(EvaluatedPictures result)
    {
        yield return Tag("details", Tag("summary", "The table"), Table("Pictures",
            [WordHeading("Picture"), Heading("pixels with a class"), Heading("right"), Heading("uncertainty")],
            result.Pictures.Select(picture => Tag("tr", RowHeading(picture.Name), Figure(picture.KnownPixels, Figures.Count),
                Figure(picture.RightShare, Figures.Share), Figure(picture.Uncertainty, Figures.Score)))));
    }

    private static byte[] Mask(byte[] mask, PngPicture picture) => PngFile.Colour(ClassColours.Paint(mask), picture.Height, picture.Width);

    private static XElement Shown(byte[] file, string what, string name) => Tag("div",
        Tag("img", ("src", $"data:image/png;base64,{Convert.ToBase64String(file)}"), ("alt", $"{name}: {what}")), Tag("p", what));

    private static XElement[] Key(byte label)
    {
        (byte red, byte green, byte blue) = ClassColours.Of(label);
        XElement box = Svg.Box("key", 0, 0, LegendWidth, LegendHeight);
        box.SetAttributeValue("fill", string.Create(CultureInfo.InvariantCulture, $"#{red:x2}{green:x2}{blue:x2}"));
        return [box];
    }
}
