using System.Globalization;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>The table of the documents: the real score, and how much each method's lies below it, beside the published figures.</summary>
internal sealed class TableOfGaps
{
    private readonly List<string[]> _lines = [];

    /// <summary>Adds a table, whose real score must be known.</summary>
    public void Add(PublishedTable table, TableParts parts, Func<string, MethodScores?> scores, Func<TrainingTime?> training)
    {
        if (scores("real") is not { } real)
            return;
        (MethodScores? smote, MethodScores? tabDdpm, MethodScores? own) = (scores("smote"), scores("tabddpm"), scores("default"));
        double? best = new[] { smote, tabDdpm, own }.Max(each => each?.Mean);
        PublishedScores published = table.Scores;
        _lines.Add(
        [
            table.Name + (table.AuthorsRows is not null ? " (a part)" : ""),
            parts.Training.RowCount.ToString("N0", CultureInfo.InvariantCulture),
            $"{ResultTable.Short(real.Mean)} ({ResultTable.Short(published.Real)})",
            $"{Gap(smote)} ({ResultTable.Short(published.Real - published.Smote)})",
            $"{Gap(tabDdpm)} ({ResultTable.Short(published.Real - published.TabDdpm)})",
            training() is { Steps: { } steps } time && tabDdpm is not null ? $"{steps:N0}, {time.CpuSeconds / 3600:F1} h" : "",
            Gap(own),
        ]);

        string Gap(MethodScores? method) => method is null
            ? "-"
            : ResultTable.Bold(
                $"{ResultTable.Short(real.Mean - method.Mean)} ± {ResultTable.Short(method.Deviation)}", method.Mean == best);
    }

    public void Write(string[] arguments)
    {
        ResultTable results = new(
            "TabDdpmTable", arguments, "table", "rows", "real rows (published)", "SMOTE's gap (published)", "TabDDPM's gap (published)",
            "TabDDPM's steps, CPU time", "gap of the default");
        foreach (string[] line in _lines)
            results.Add(line);
        results.Write();
    }
}
