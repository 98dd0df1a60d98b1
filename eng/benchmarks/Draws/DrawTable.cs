namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>The scores of the first method beside those of the second: a line a table, and the geometric mean of the ratios.</summary>
internal sealed class DrawTable
{
    private readonly List<(string Table, string Mechanism, DrawScore[] Scores)> _rows = [];

    /// <summary>Adds the scores of the two methods.</summary>
    public void Add(string table, string mechanism, DrawScore ours, DrawScore other) => _rows.Add((table, mechanism, [ours, other]));

    /// <summary>Fills the results, the mechanisms one after another.</summary>
    public void Write(ResultTable results)
    {
        foreach (string mechanism in _rows.Select(row => row.Mechanism).Distinct())
        {
            string end = mechanism == "mcar-column" ? "" : $", {mechanism.ToUpperInvariant()}";
            (string Table, string Mechanism, DrawScore[] Scores)[] own = [.. _rows.Where(row => row.Mechanism == mechanism)];
            foreach ((string table, _, DrawScore[] scores) in own)
            {
                results.Add(
                    table.Replace('_', ' ') + end,
                    Crps(scores),
                    ResultTable.Short(Ratio(scores), "F2"),
                    Pair(scores, score => score.Energy, "F3"),
                    Pair(scores, score => score.Coverage, "F3"),
                    Pair(scores, score => score.Spread, "F2"),
                    double.IsNaN(scores[0].Log) ? "" : Pair(scores, score => score.Log, "F2"));
            }
            // A mask may hide categories alone.
            (string Table, string Mechanism, DrawScore[] Scores)[] numbers = [.. own.Where(row => !double.IsNaN(Ratio(row.Scores)))];
            double mean = Math.Exp(numbers.Average(row => Math.Log(Ratio(row.Scores))));
            string coverage = string.Join(" / ", Enumerable.Range(0, 2)
                .Select(i => ResultTable.Short(numbers.Average(row => row.Scores[i].Coverage))));
            results.Add($"geometric mean of {numbers.Length}{end}", "", ResultTable.Short(mean, "F2"), "", coverage, "", "");
        }
        results.Write();
    }

    private static double Ratio(DrawScore[] scores) => scores[0].Crps / scores[1].Crps;

    private static string Crps(DrawScore[] scores) => string.Join(" / ", scores.Select((score, i) =>
        ResultTable.Bold(ResultTable.Short(score.Crps, "F4"), score.Crps < scores[1 - i].Crps)));

    private static string Pair(DrawScore[] scores, Func<DrawScore, double> figure, string format) =>
        string.Join(" / ", scores.Select(score => ResultTable.Short(figure(score), format)));
}
