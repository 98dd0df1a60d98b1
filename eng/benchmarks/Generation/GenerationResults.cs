using System.Globalization;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>A table, a seed, a method, the column that is predicted, and the share of cells hidden before training.</summary>
internal sealed record Case(string Table, string Seed, string Method, int Label, double Hidden);

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
        ResultTable results = new("Generation", arguments, ["missing", .. methods]);
        foreach (var rate in _outcomes.GroupBy(outcome => outcome.Case.Hidden))
        {
            double? best = methods.Min(method => Mean(rate, method, outcome => outcome.Pairs));
            results.Add([(100 * rate.Key).ToString("F0", CultureInfo.InvariantCulture) + " %", .. methods.Select(Errors)]);

            string Errors(string method)
            {
                double? pairs = Mean(rate, method, outcome => outcome.Pairs);
                return pairs is null
                    ? "no complete row"
                    : $"{Percent(Mean(rate, method, outcome => outcome.Columns), "F1")} / {ResultTable.Bold(Percent(pairs, "F1"), pairs == best)}";
            }
        }
        results.Write();
    }

    private static double? Mean(IEnumerable<(Case Case, int Rows, Outcome Outcome)> outcomes, string method, Func<Outcome, double?> value) =>
        outcomes.Where(outcome => outcome.Case.Method == method).Average(outcome => value(outcome.Outcome));

    private static string Score(double? score) => score is { } known ? ResultTable.Short(known) : "";

    private static string Percent(double? share, string format = "F0") => (100 * share)?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
