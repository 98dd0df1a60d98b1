using System.Globalization;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>The scores of a run, put together to one line a table: mean and mode, the best baseline, the default.</summary>
internal sealed class ImputationResults
{
    private readonly List<(string Table, string Size, string Method, Score Score, double Seconds)> _scores = [];

    public void Add(string table, Table truth, string method, Score score, double seconds) =>
        _scores.Add((table, $"{truth.RowCount.ToString("N0", CultureInfo.InvariantCulture)} x {truth.Columns.Count}", method, score, seconds));

    public void Write(string[] arguments)
    {
        ResultTable results = new("Imputation", arguments, "table", "rows x columns", "mean / mode", "best baseline", "`Default`");
        foreach (var table in _scores.GroupBy(score => score.Table))
        {
            Mean[] methods = [.. table.GroupBy(score => score.Method).Select(Mean.Of)];
            Mean? mean = methods.FirstOrDefault(method => method.Name == "mean"), ours = methods.FirstOrDefault(method => method.Name == "default");
            Mean[] baselines = [.. methods.Where(method => method != mean && method != ours)];
            // Numbers and categories may have different best baselines.
            Mean? best = baselines.MinBy(method => method.Error), surest = baselines.MaxBy(method => method.Accuracy);
            results.Add(
                table.Key.Replace('_', ' '),
                table.First().Size,
                mean is null ? "" : Both(mean.Error, "", mean.Accuracy, ""),
                best is null || surest is null ? "" : Both(best.Error, best.Name, surest.Accuracy, surest.Name),
                ours is null ? "" : Best(ours, best, surest) + $" ({ours.Seconds:F0} s)");
        }
        results.Write();
    }

    private static string Both(double error, string name, double accuracy, string surest)
    {
        string first = ResultTable.Short(error), second = double.IsNaN(accuracy) ? "" : Percent(accuracy);
        if (name.Length > 0 && (name != surest || second.Length == 0))
            first += $" ({name})";
        if (surest.Length > 0 && second.Length > 0)
            second += $" ({surest})";
        return string.Join(", ", new[] { first, second }.Where(text => text.Length > 0));
    }

    private static string Best(Mean ours, Mean? best, Mean? surest)
    {
        string error = ResultTable.Bold(ResultTable.Short(ours.Error), best is null || ours.Error < best.Error);
        string accuracy = double.IsNaN(ours.Accuracy) ? "" : Percent(ours.Accuracy);
        accuracy = ResultTable.Bold(accuracy, surest is null || ours.Accuracy > surest.Accuracy);
        return string.Join(", ", new[] { error, accuracy }.Where(text => text.Length > 0));
    }

    private static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture) + " %";

    private sealed record Mean(string Name, double Error, double Accuracy, double Seconds)
    {
        public static Mean Of(IEnumerable<(string Table, string Size, string Method, Score Score, double Seconds)> runs) => new(
            runs.First().Method,
            runs.Average(run => run.Score.Pooled),
            runs.Average(run => run.Score.Accuracy),
            runs.Average(run => run.Seconds));
    }
}
