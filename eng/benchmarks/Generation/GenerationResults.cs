using System.Globalization;
using Microsoft.ML.Diffusion.Models.Amputation;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>A table, a seed, a method, the column that is predicted, and how many cells are hidden before training, and how.</summary>
internal sealed record Case(string Table, string Seed, string Method, int Label, double Hidden, MissingnessMechanism Mechanism);

/// <summary>What one training came to; null for what was not measured, and all null where no row could be made.</summary>
/// <param name="Columns">Error of the columns' distributions.</param>
/// <param name="Pairs">Error of pairs of columns.</param>
/// <param name="Nearer">Share of made rows that are nearer to a training row than to one that was not learnt from.</param>
/// <param name="Real">The learner's score (AUC or R2), trained on the real rows.</param>
/// <param name="Made">The learner's score, trained on made rows.</param>
internal sealed record Outcome(double? Columns, double? Pairs, double? Nearer, double? Real, double? Made);

/// <summary>The outcomes of a run as a table of the documents: a line a table with scores and distances, or, where cells were hidden, a line
/// a rate with errors.</summary>
internal sealed class GenerationResults
{
    private readonly List<(Case Case, int Rows, Outcome Outcome)> _outcomes = [];

    public void Add(Case each, int rows, Outcome outcome) => _outcomes.Add((each, rows, outcome));

    public void Write(string[] arguments)
    {
        string[] methods = [.. _outcomes.Select(outcome => outcome.Case.Method).Distinct(StringComparer.Ordinal)];
        if (_outcomes.Any(outcome => outcome.Case.Hidden > 0))
            WriteRates(methods, arguments);
        else
            WriteTables(methods, arguments);
    }

    private void WriteTables(string[] methods, string[] arguments)
    {
        ResultTable results = new(
            "Generation",
            arguments,
            ["table", "rows", "real rows", .. methods, $"nearer to training: {string.Join(" / ", methods)}"]);
        foreach (var table in _outcomes.GroupBy(outcome => outcome.Case.Table))
        {
            double?[] made = [.. methods.Select(method => Mean(table, method, outcome => outcome.Made))];
            string[] nearer = [.. methods.Select(method => Percent(Mean(table, method, outcome => outcome.Nearer)))];
            results.Add(
            [
                table.Key.Replace('_', ' '),
                table.Max(outcome => outcome.Rows).ToString("N0", CultureInfo.InvariantCulture),
                Score(table.Average(outcome => outcome.Outcome.Real)),
                .. made.Select(score => ResultTable.Bold(Score(score), score == made.Max())),
                string.Join(" / ", nearer) + " %",
            ]);
        }
        results.Write();
    }

    private void WriteRates(string[] methods, string[] arguments)
    {
        bool areScores = _outcomes.Exists(outcome => outcome.Outcome.Made is not null);
        string[] titles = [.. methods.Select(Title)];
        ResultTable results = new("Generation", arguments, areScores ? ["missing", "real rows", .. titles] : ["missing", .. titles]);
        foreach (var rate in _outcomes.GroupBy(outcome => (outcome.Case.Mechanism, outcome.Case.Hidden)))
        {
            double?[] pairs = [.. methods.Select(method => Mean(rate, method, outcome => outcome.Pairs))];
            double?[] made = [.. methods.Select(method => Mean(rate, method, outcome => outcome.Made))];
            string name = $"{100 * rate.Key.Hidden:F0} % of {Of(rate.Key.Mechanism)}";
            IEnumerable<string> figures = methods.Select((method, i) => !rate.Any(outcome => outcome.Case.Method == method) ? "-"
                : pairs[i] is null ? "no complete row"
                : areScores ? ResultTable.Bold(Score(made[i]), made[i] == made.Max())
                : Percent(Mean(rate, method, outcome => outcome.Columns), "F1") + " / "
                    + ResultTable.Bold(Percent(pairs[i], "F1"), pairs[i] == pairs.Min()));
            results.Add(areScores ? [name, Score(rate.Average(outcome => outcome.Outcome.Real)), .. figures] : [name, .. figures]);
        }
        results.Write();
    }

    // Ways to treat the holes as MissDiff's paper names them.
    private static string Title(string method) => method switch
    {
        "missdiff" => "MissDiff",
        "missdiff-delete" => "Diff-delete",
        "missdiff-mean" => "Diff-mean",
        "stasy" => "STaSy, known cells alone",
        "stasy-delete" => "complete rows",
        "stasy-mean" => "filled with means",
        _ => method,
    };

    private static string Of(MissingnessMechanism mechanism) => mechanism switch
    {
        MissingnessMechanism.McarIndependent => "cells",
        MissingnessMechanism.McarRow => "each row",
        MissingnessMechanism.McarColumn => "each column",
        _ => $"cells, {mechanism}",
    };

    private static double? Mean(IEnumerable<(Case Case, int Rows, Outcome Outcome)> outcomes, string method, Func<Outcome, double?> value) =>
        outcomes.Where(outcome => outcome.Case.Method == method).Average(outcome => value(outcome.Outcome));

    private static string Score(double? score) => score is { } known ? ResultTable.Short(known) : "";

    private static string Percent(double? share, string format = "F0") => (100 * share)?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
