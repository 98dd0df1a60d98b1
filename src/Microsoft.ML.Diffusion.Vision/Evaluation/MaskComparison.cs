using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tables;
using Microsoft.ML.Diffusion.Vision.Pictures;
using Microsoft.ML.Diffusion.Vision.Segmentation;
using Microsoft.ML.Diffusion.Vision.Views;

namespace Microsoft.ML.Diffusion.Vision.Evaluation;

/// <summary>Compares two columns of masks.</summary>
internal static class MaskComparison
{
    /// <inheritdoc cref="DiffusionVisionCatalog.EvaluateSegmentation"/>
    public static SegmentationMetrics Of(IDataView view, string maskColumn, string predictedColumn, int ignored)
    {
        DataViewSchema.Column mask = SegmentationLayout.Find(view.Schema, maskColumn);
        DataViewSchema.Column predicted = SegmentationLayout.Find(view.Schema, predictedColumn);
        MaskReader.Check(mask);
        string[] names = MaskReader.ClassNames(predicted) ?? throw ColumnRefusal.Of(
            $"Column '{predictedColumn}' is {ColumnTypes.Describe(predicted.Type)}; a vector of keys, as DiffusionSegmentation makes it, " +
            "was expected.");
        if (MaskReader.ClassNames(mask) is { } trueNames && !trueNames.SequenceEqual(names, StringComparer.Ordinal))
            throw ColumnRefusal.Of($"The keys of columns '{maskColumn}' and '{predictedColumn}' have different names.");
        var scores = new SegmentationScores(names.Length);
        long missing = 0, row = 0, compared = 0;
        using DataViewRowCursor cursor = view.GetRowCursor([mask, predicted]);
        Func<RawMask?> readMask = MaskReader.Open(cursor, mask, ignored), readPredicted = MaskReader.Open(cursor, predicted, ignored);
        for (; cursor.MoveNext(); row++)
        {
            if (readMask() is not { } drawn)
                continue;
            RawMask predictedMask = readPredicted() ?? new RawMask(0, 0, []);
            bool agree = drawn.Height == 0 || predictedMask.Height == 0 || predictedMask.Fits(drawn.Height, drawn.Width);
            (byte[] truth, byte[] answer) = (drawn.Labels, predictedMask.Labels);
            if (!agree || answer.Length != truth.Length)
            {
                throw new InvalidDataException(
                    $"Row {row + 1} has a mask of {drawn.Size}, and a predicted one of {predictedMask.Size}.");
            }

            for (int i = 0; i < truth.Length; i++)
            {
                if (truth[i] == LabelledPicture.Ignored)
                    continue;
                if (truth[i] >= names.Length)
                {
                    throw new InvalidDataException(
                        $"Row {row + 1} has a mask with class {truth[i]}, and there are {names.Length} classes, from 0.");
                }

                if (answer[i] == LabelledPicture.Ignored)
                {
                    missing++;
                    truth[i] = LabelledPicture.Ignored;
                }
                else
                {
                    compared++;
                }
            }

            scores.Add(truth, answer);
        }

        if (compared == 0)
        {
            throw new InvalidDataException(
                $"No pixel has a class in both '{maskColumn}' and '{predictedColumn}', so there is nothing to compare.");
        }

        return Metrics(scores, names, missing);
    }

    /// <summary>The figures of what was counted.</summary>
    /// <param name="scores">What was counted.</param>
    /// <param name="names">The names of the classes.</param>
    /// <param name="missing">Pixels with a true class and no predicted one.</param>
    public static SegmentationMetrics Metrics(SegmentationScores scores, IReadOnlyList<string> names, long missing)
    {
        long[,] confusion = new long[names.Count, names.Count];
        double[] perClass = new double[names.Count];
        for (int label = 0; label < names.Count; label++)
        {
            long pixels = 0;
            for (int other = 0; other < names.Count; other++)
            {
                confusion[label, other] = scores.Count(label, other);
                pixels += scores.Count(label, other) + scores.Count(other, label);
            }

            perClass[label] = pixels == 0 ? double.NaN : scores.Of(label);
        }

        return new SegmentationMetrics(names, confusion, perClass, missing);
    }
}
