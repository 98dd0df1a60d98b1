using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.Results;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>Sample sizes, seeds, and the names of the formulas.</summary>
internal static class MethodSection
{
    public static IEnumerable<XElement> Build(EvaluationResult result)
    {
        EvaluationSetup setup = result.Setup;
        yield return Tag("dl", Entries(result).SelectMany(entry => new[] { Tag("dt", entry.Term), Tag("dd", entry.Text) }));
        yield return Note($"Measured in {Figures.Value(setup.Seconds)} s. Every figure of this page, and more, is in metrics.json "
            + $"(schema version {result.SchemaVersion}). Written by Microsoft.ML.Diffusion.");
    }

    private static IEnumerable<(string Term, string Text)> Entries(EvaluationResult result)
    {
        EvaluationSetup setup = result.Setup;
        yield return ("Rows", $"{Figures.Count(setup.RealRows)} real, {Figures.Count(setup.SyntheticRows)} synthetic, "
            + $"{Figures.Count(setup.TestRows)} held out; {setup.ColumnCount} columns. Seed of every sample: {setup.Seed}.");
        if (setup.LeftOut.Count > 0)
            yield return ("Left out", string.Join(" ", setup.LeftOut.Select(column => $"{column.Column}: {column.Reason}.")));
        if (result.Undefined.Count > 0)
            yield return ("Undefined", string.Join(" ", result.Undefined.Select(figure => $"{figure.Figure}, because {figure.Reason}.")));
        if (result.Utility is { } utility)
            yield return ("Utility", $"Train on synthetic, test on real (Esteban, Hyland and Rätsch 2017), {utility.Seeds} "
                + $"{(utility.Seeds == 1 ? "seed" : "seeds")}. One featurisation for all trainers, fitted on training rows only. "
                + "Weighted F1: the sum over classes of F1 (1 − share of the class) / (classes − 1). "
                + "The difference that adding the rows makes: resamples of the test rows and seeds, the same for both kinds of models.");
        yield return ("Shapes and trends", "KS complement, TV complement, correlation similarity and contingency similarity as defined by SDMetrics. "
            + "Densities: Gaussian kernel with Silverman’s bandwidth (1986, equation 3.31).");
        if (result.Fidelity.Scores.DetectionRows > 0)
            yield return ("Detection", "Cross-validated AUC of classifiers that tell "
                + $"{Figures.Count(result.Fidelity.Scores.DetectionRows)} synthetic rows from as many real ones.");
        if (result.PromisedPrivacy is { } promise)
            yield return ("Promised", $"{Verdicts.PromiseOf(promise)} Made by the method {promise.Method}.");
        if (result.Privacy is { } privacy)
            yield return ("Privacy",
                $"{Figures.Count(privacy.SyntheticRows)} synthetic rows against {Figures.Count(privacy.RealRows)} real and as many held-out "
                + "ones. Distance: the root of the summed squared differences of numbers, scaled by the real minimum and maximum, plus 1 for "
                + "every category that differs and for every cell that is missing in one row only. "
                + "Attack: nearest synthetic row (Chen et al. 2020, GAN-Leaks, full black box).");
    }
}
