using System.Globalization;
using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.Utility;

/// <summary>Whether the labels of the test rows let models be judged at all.</summary>
internal static class TestLabels
{
    /// <summary>Fewer rows than these judge no model: one row more or less would change every figure.</summary>
    public const int FewestRows = 10;

    /// <summary>Why no model can be judged, as a clause that follows "because"; null where models can be.</summary>
    public static string? WhyUndefined(RowList test, LabelCoding label)
    {
        double[] distinct = [.. Values(test, label).Distinct().Take(2)];
        string rows = test.Count == 1 ? "the only test row with a label" : $"all {test.Count} test rows with a label";
        return distinct.Length < 2
            ? label.Task == LabelTask.Regression
                ? $"{rows} {(test.Count == 1 ? "has" : "have")} the value "
                    + $"{distinct[0].ToString("R", CultureInfo.InvariantCulture)} in column '{label.Name}'"
                : $"{rows} {(test.Count == 1 ? "is" : "are")} of class '{label.Classes[label.ClassOf(test[0])]}'"
            : test.Count < FewestRows
                ? $"there are only {test.Count} test rows with a label, and fewer than {FewestRows} judge no model"
                : null;
    }

    /// <summary>What a reader should know of classes that the real rows and the test rows do not share, each a sentence.</summary>
    public static IEnumerable<string> Notes(RowList real, RowList test, LabelCoding label)
    {
        if (label.Task == LabelTask.Regression)
            yield break;
        int[] known = Counts(real, label), tested = Counts(test, label);
        for (int k = 0; k < label.Classes.Length; k++)
        {
            string rows = tested[k] == 1 ? "1 test row" : $"{tested[k]} test rows";
            if (known[k] == 0)
                yield return $"Class '{label.Classes[k]}' of the label occurs in {rows} and in no real row: no model can learn it.";
            else if (tested[k] == 0)
                yield return $"Class '{label.Classes[k]}' of the label occurs in no test row: how well it is predicted is not measured.";
        }
    }

    private static IEnumerable<double> Values(RowList rows, LabelCoding label) =>
        Enumerable.Range(0, rows.Count).Select(row => rows[row][label.Column]);

    private static int[] Counts(RowList rows, LabelCoding label)
    {
        int[] counts = new int[label.Classes.Length];
        for (int row = 0; row < rows.Count; row++)
            counts[label.ClassOf(rows[row])]++;
        return counts;
    }
}
