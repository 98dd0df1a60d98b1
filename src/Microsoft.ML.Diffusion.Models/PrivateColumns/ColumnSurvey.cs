using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Privacy;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.PrivateColumns;

/// <summary>What was found out about one column under its share of the budget.</summary>
/// <param name="States">The states.</param>
/// <param name="Cells">The state of every row.</param>
/// <param name="Counts">The noisy counts of the states.</param>
/// <param name="Precisions">One over the variance of the noise, of every count.</param>
/// <param name="IsFound">Whether its range, or one category at least, was declared or stood out from the noise.</param>
internal sealed record ColumnSurvey(ColumnStates States, ushort[] Cells, double[] Counts, double[] Precisions, bool IsFound)
{
    // A state that noise could be all of is none.
    private const double Sure = 3;

    // Of the budget of a column of categories that were not declared: counting the cells of all others.
    private const double OthersShare = 0.1;

    private const string Purpose = "counts of single columns";

    /// <summary>Finds bins or categories, and counts them.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="column">The place of the column.</param>
    /// <param name="domains">What was declared.</param>
    /// <param name="ledger">What counts.</param>
    /// <param name="budget">All that the column may cost.</param>
    /// <param name="thresholdDelta">The probability with which a category of a single row may be found.</param>
    /// <param name="bins">The most bins of a number.</param>
    public static ColumnSurvey Of(
        ITableRows rows, int column, DeclaredDomains domains, PrivacyLedger ledger, double budget, double thresholdDelta, int bins)
    {
        double[] cells = new double[rows.RowCount];
        for (int row = 0; row < cells.Length; row++)
            cells[row] = rows[row, column];
        return rows.Columns[column].Kind == ColumnKind.Numeric
            ? OfNumbers(rows.Columns[column], cells, domains.RangeOf(column), ledger, budget, bins)
            : OfCategories(rows.Columns[column], cells, domains.CategoriesOf(column), ledger, budget, thresholdDelta);
    }

    private static ColumnSurvey OfNumbers(
        TableColumn column, double[] cells, ValueRange? declared, PrivacyLedger ledger, double budget, int bins)
    {
        var search = new NumberBins(cells, declared, ledger, budget, bins);
        double[] edges = search.Find();
        int[] exact = new int[edges.Length];
        foreach (double cell in cells)
            exact[double.IsNaN(cell) ? exact.Length - 1 : NumberBins.Place(edges, cell)]++;
        double[] noisy = ledger.Measure(exact, search.Left, Purpose, out double variance);
        List<double> counts = [.. noisy[..^1]];
        double[] merged = NumberBins.Merge(edges, counts, Math.Sqrt(variance), bins, out List<int> parts);
        bool hasMissing = noisy[^1] >= Sure * Math.Sqrt(variance);
        double[] weights = NumberBins.WeightsOf(edges, noisy, merged, Math.Sqrt(variance));
        var states = new ColumnStates(column, merged, edges, weights, search.Decimals, hasMissing);
        double[] precisions = [.. parts.Select(count => 1 / (variance * count))];
        if (hasMissing)
        {
            counts.Add(noisy[^1]);
            precisions = [.. precisions, 1 / variance];
        }
        // Of a column that is all but empty there is nothing to find.
        return Of(states, cells, [.. counts], precisions, search.IsFound || (hasMissing && noisy[^1] > noisy[..^1].Sum()));
    }

    private static ColumnSurvey OfCategories(
        TableColumn column, double[] cells, string[]? declared, PrivacyLedger ledger, double budget, double thresholdDelta)
    {
        int known = column.Categories.Count;
        string[] names = declared ?? [.. column.Categories];
        var placeOf = names.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i, StringComparer.Ordinal);
        // Behind the categories: others, and missing cells.
        int[] codes = [.. Enumerable.Range(0, known).Select(code => placeOf.GetValueOrDefault(column.Categories[code], names.Length))];
        int[] exact = new int[names.Length + 2];
        foreach (double cell in cells)
            exact[double.IsNaN(cell) ? names.Length + 1 : codes[(int)cell]]++;
        double cost = declared is null ? (1 - OthersShare) * budget : budget;
        double[] noisy = ledger.Measure(exact, cost, Purpose, out double variance);
        double deviation = Math.Sqrt(variance);
        // A category of one row comes out with at most the probability that is given. That the noise is beyond m is less probable than that
        // a normal number is beyond m - 1 (Canonne, Kamath, Steinke 2020, proposition 25). Names are sorted, since their order of frequency
        // would tell of rows.
        double threshold = declared is null ? 2 - (deviation * NormalDistribution.Quantile(thresholdDelta)) : double.NegativeInfinity;
        int[] released = [.. Enumerable.Range(0, names.Length)
            .Where(i => declared is not null || (exact[i] > 0 && noisy[i] >= threshold))
            .OrderBy(i => declared is null ? names[i] : string.Empty, StringComparer.Ordinal)];
        double others = noisy[^2], otherVariance = variance;
        if (declared is null)
        {
            int[] rest = [exact[^2] + Enumerable.Range(0, names.Length).Except(released).Sum(i => exact[i])];
            others = ledger.Measure(rest, budget - cost, Purpose, out otherVariance)[0];
        }
        bool hasOther = released.Length == 0 || others >= Sure * Math.Sqrt(otherVariance);
        bool hasMissing = noisy[^1] >= Sure * deviation;
        var states = new ColumnStates(TableColumn.Categorical(column.Name, released.Select(i => names[i])), hasOther, hasMissing);
        var counts = new List<double>(released.Select(i => noisy[i]));
        var precisions = new List<double>(Enumerable.Repeat(1 / variance, released.Length));
        if (hasOther)
        {
            counts.Add(others);
            precisions.Add(1 / otherVariance);
        }
        if (hasMissing)
        {
            counts.Add(noisy[^1]);
            precisions.Add(1 / variance);
        }
        var codeOf = released.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i);
        double[] renamed = Array.ConvertAll(
            cells, cell => double.IsNaN(cell) ? cell : codes[(int)cell] is int name && codeOf.TryGetValue(name, out int code) ? code : -1);
        return Of(states, renamed, [.. counts], [.. precisions], released.Length > 0 || known == 0);
    }

    private static ColumnSurvey Of(ColumnStates states, double[] cells, double[] counts, double[] precisions, bool isFound)
    {
        // Cells whose state was given up count as the most frequent one.
        int usual = Array.IndexOf(counts, counts.Max());
        ushort[] coded = new ushort[cells.Length];
        for (int row = 0; row < cells.Length; row++)
        {
            int state = states.StateOf(cells[row]);
            coded[row] = (ushort)(state < 0 ? usual : state);
        }
        return new ColumnSurvey(states, coded, counts, precisions, isFound);
    }
}
