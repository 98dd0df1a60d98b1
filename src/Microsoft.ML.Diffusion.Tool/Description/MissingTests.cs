using MathNet.Numerics;
using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Tool.Description;

/// <summary>Finds out whether the cells of a column are missing by chance, or more often where another column has certain values or is
/// missing too: Pearson's chi-square test of every pair, with the probabilities corrected for their number (Holm 1979).</summary>
internal static class MissingTests
{
    /// <summary>Dependences that are more probable by chance are not told.</summary>
    public const double Level = 0.01;

    /// <summary>Weaker ones are not told, however certain they are: Cramér's V.</summary>
    public const double Weakest = 0.05;

    // Columns whose missing cells are tested, those with most of them first, and columns that they are tested against.
    private const int MostTargets = 100, MostOthers = 300;

    // A smaller group has no chi-square distribution (Cochran 1954).
    private const double FewestExpected = 5;

    /// <summary>All dependences of a table, the strongest first.</summary>
    /// <param name="table">Its rows, or a sample of them.</param>
    /// <param name="profiles">What its columns are.</param>
    /// <param name="cancel">Stops the search.</param>
    public static IReadOnlyList<MissingDependence> Run(CompactTable table, IReadOnlyList<ColumnProfile> profiles, CancellationToken cancel)
    {
        int width = Math.Min(profiles.Count, MostOthers);
        var groups = new ColumnGroups[width];
        ParallelLoop.Run(width, i => groups[i] = ColumnGroups.Of(table, i, profiles[i]), cancel: cancel);
        int[] counts = [.. groups.Select(column => column.Groups.Count(group => group == ColumnGroups.Missing))];
        int[] targets =
        [
            .. Enumerable.Range(0, width).Where(i => counts[i] > 0 && counts[i] < table.RowCount)
                .OrderByDescending(i => counts[i]).Take(MostTargets).Order(),
        ];
        var found = new List<MissingDependence>();
        foreach (int target in targets)
        {
            cancel.ThrowIfCancellationRequested();
            for (int other = 0; other < width; other++)
            {
                if (other == target)
                    continue;
                string name = profiles[other].Name;
                if (groups[other].Conditions.Count > 1
                    && Test(groups[target], groups[other].Groups, groups[other].Conditions) is { } byValue)
                    found.Add(byValue with { Column = profiles[target].Name, Other = name });

                // Each pair once: from the column with more missing cells to the one with fewer.
                bool isOnce = counts[other] > 0 && (counts[other] < counts[target] || (counts[other] == counts[target] && other < target));
                if (isOnce && Test(groups[target], Holes(groups[other].Groups), [$"{name} is there", $"{name} is missing"]) is { } byHole)
                    found.Add(byHole with { Column = profiles[target].Name, Other = name });
            }
        }

        return [.. Corrected(found).OrderByDescending(dependence => dependence.Strength)];
    }

    private static byte[] Holes(byte[] groups) => Array.ConvertAll(groups, group => group == ColumnGroups.Missing ? (byte)1 : (byte)0);

    // Small groups are put together; what is too small even then is left out of the test.
    private static MissingDependence? Test(ColumnGroups target, byte[] groups, IReadOnlyList<string> conditions)
    {
        var missing = new double[conditions.Count];
        var rows = new double[conditions.Count];
        for (int row = 0; row < groups.Length; row++)
        {
            if (groups[row] == ColumnGroups.Missing)
                continue;
            rows[groups[row]]++;
            missing[groups[row]] += target.Groups[row] == ColumnGroups.Missing ? 1 : 0;
        }

        double share = missing.Sum() / rows.Sum(), fewest = FewestExpected / Math.Min(share, 1 - share);
        var large = new List<(double Missing, double Rows, string Condition)>();
        (double Missing, double Rows) rest = (0, 0);
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i] >= fewest)
                large.Add((missing[i], rows[i], conditions[i]));
            else
                rest = (rest.Missing + missing[i], rest.Rows + rows[i]);
        }

        if (rest.Rows >= fewest)
            large.Add((rest.Missing, rest.Rows, "all other values"));
        if (large.Count < 2 || !(share is > 0 and < 1))
            return null;
        double all = large.Sum(group => group.Rows), common = large.Sum(group => group.Missing) / all;
        if (!(common is > 0 and < 1))
            return null;
        double statistic = large.Sum(group => Square(group.Missing - (group.Rows * common)) / (group.Rows * common * (1 - common)));
        (double Missing, double Rows, string Condition) more = large.MaxBy(group => group.Missing / group.Rows);
        (double Missing, double Rows, string Condition) less = large.MinBy(group => group.Missing / group.Rows);
        return new MissingDependence(
            string.Empty, string.Empty, more.Condition, more.Missing / more.Rows, less.Condition, less.Missing / less.Rows,
            Math.Sqrt(statistic / all), SpecialFunctions.GammaUpperRegularized((large.Count - 1) / 2.0, statistic / 2));
    }

    private static double Square(double value) => value * value;

    // Holm: the smallest probability times the number of tests, the next times one less, and so on, none below the one before.
    private static IEnumerable<MissingDependence> Corrected(List<MissingDependence> found)
    {
        double before = 0;
        int left = found.Count;
        foreach (MissingDependence dependence in found.OrderBy(dependence => dependence.Probability).ToArray())
        {
            before = Math.Max(before, Math.Min(1, dependence.Probability * left--));
            if (before < Level && dependence.Strength >= Weakest)
                yield return dependence with { Probability = before };
        }
    }
}
