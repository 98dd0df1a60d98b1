using System.Globalization;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Evaluation;

/// <summary>What an evaluation found, on a screen: a short table and the verdicts.</summary>
internal static class EvaluationSummary
{
    private const int Width = 100;

    public static void Write(EvaluationResult result, TextWriter output)
    {
        if (result.Utility is { } utility)
            WriteUtility(utility, output);
        FidelityScores[] rows = [result.Fidelity.Scores, .. result.Fidelity.Yardsticks];
        output.WriteLine(Line("", rows.Select(row => row.Name)));
        output.WriteLine(Line("columns", rows.Select(row => Number(row.Shapes))));
        output.WriteLine(Line("pairs, all", rows.Select(row => Number(row.TrendsAllPairs))));
        output.WriteLine(Line("pairs, associated", rows.Select(row => Number(row.TrendsAssociatedPairs))));
        output.WriteLine(Line("detection, linear", rows.Select(row => Number(row.DetectionLogistic))));
        output.WriteLine(Line("detection, trees", rows.Select(row => Number(row.DetectionTrees))));
        WriteNotes(result, output);
        foreach (Verdict verdict in result.Verdicts)
        {
            output.WriteLine();
            output.WriteLine(Printable.Line(verdict.Question));
            foreach (string line in Wrapped(verdict.Answer))
                output.WriteLine($"  {Printable.Line(line)}");
        }
    }

    private static void WriteNotes(EvaluationResult result, TextWriter output)
    {
        string[] notes =
        [
            .. (result.Utility?.Notes ?? []),
            .. result.Setup.LeftOut.Select(column => $"Column {column.Column} is left out: {column.Reason}."),
            .. result.Undefined.Where(figure => figure.Figure != "utility.scores[].standardDeviation")
                .Select(figure => $"{figure.Figure} is undefined, because {figure.Reason}."),
        ];
        if (notes.Length > 0)
            output.WriteLine();
        foreach (string line in notes.SelectMany(Wrapped))
            output.WriteLine(line);
    }

    private static void WriteUtility(UtilityResult utility, TextWriter output)
    {
        UtilityScore[] scores = [.. utility.Scores.Where(score => score.Metric == utility.MainMetric)];
        string[] kinds = [.. scores.Select(score => score.TrainedOn).Distinct(StringComparer.Ordinal)];
        output.WriteLine(Line($"{utility.MainMetric}, trained on", kinds));
        foreach (IGrouping<string, UtilityScore> trainer in scores.GroupBy(score => score.Trainer, StringComparer.Ordinal))
            output.WriteLine(Line(trainer.Key, kinds.Select(kind =>
                trainer.FirstOrDefault(score => score.TrainedOn == kind) is { } score ? Number(score.Mean) : "")));
        output.WriteLine();
    }

    private static string Line(string name, IEnumerable<string> cells) =>
        (name.PadRight(22) + string.Concat(cells.Select(cell => cell.PadLeft(15)))).TrimEnd();

    private static string Number(double value) => double.IsNaN(value) ? "undefined" : value.ToString("F4", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Wrapped(string text)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + word.Length + 1 > Width)
            {
                yield return line;
                line = "";
            }

            line += line.Length > 0 ? $" {word}" : word;
        }

        yield return line;
    }
}
