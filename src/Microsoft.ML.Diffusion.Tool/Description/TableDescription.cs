using System.Globalization;
using System.Text;
using Microsoft.ML.Diffusion.Models.Relations;
using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion.Tool.Description;

/// <summary>A table in words: one line a column with its role, range, missing cells and the reason, then what a person should know, which
/// cells are missing together, on what that depends, and what holds between the columns.</summary>
internal static class TableDescription
{
    private const int BarWidth = 12, LongestName = 28, MostPatterns = 8, MostDependences = 8, MostRelations = 20;
    private const string Bars = " .:-=+*#";

    /// <summary>Writes the description.</summary>
    public static string Of(DescribedTable table)
    {
        IReadOnlyList<ColumnProfile> profiles = table.Profiles;
        var text = new StringBuilder();
        Line(text, $"{table.Path}: {table.Rows} rows, {profiles.Count} columns");
        text.AppendLine();
        int names = Math.Clamp(profiles.Max(profile => profile.Name.Length), 6, LongestName);
        Line(text, $"{"column".PadRight(names)}  {"role",-9}  {"missing",8}  {"different",9}  {"distribution",-BarWidth}  range");
        foreach (ColumnProfile profile in profiles)
            Line(text, Row(profile, names));
        text.AppendLine();
        Line(text, $"Why:");
        foreach (ColumnProfile profile in profiles)
            Line(text, $"  {profile.Name}: {profile.Reason}");
        string[] notes = [.. profiles.SelectMany(Notes)];
        if (notes.Length > 0)
        {
            text.AppendLine();
            Line(text, $"Notes:");
            foreach (string note in notes)
                Line(text, $"  {note}");
        }

        Missingness(text, table);
        Dependences(text, table);
        Relations(text, table);
        if (profiles.Any(profile => profile.Statistics.IsDistinctEstimated))
        {
            text.AppendLine();
            const string Sampled = "Where a column has \"about\" so many different values, that number and the distribution come from a "
                + "uniform ";
            Line(text, Sampled + "sample of");
            Line(text, $"its different values. Ranges, missing cells and patterns are counts of all rows.");
        }

        return text.ToString();
    }

    private static string Row(ColumnProfile profile, int names)
    {
        ColumnStatistics statistics = profile.Statistics;
        string name = profile.Name.Length <= names ? profile.Name.PadRight(names) : profile.Name[..(names - 3)] + "...";
        string range = profile.Entry.Min is { } min && profile.Entry.Max is { } max ? $"{min} to {max}"
            : string.Join(", ", statistics.Values.Take(4).Select(value => value.Value))
                + (statistics.Distinct > 4 ? ", ..." : string.Empty);
        string distinct = (statistics.IsDistinctEstimated ? "about " : string.Empty)
            + statistics.Distinct.ToString(CultureInfo.InvariantCulture);
        return $"{name}  {profile.Role.ToName(),-9}  {statistics.Missing,8}  {distinct,9}  {Distribution(profile),-BarWidth}  {range}";
    }

    /// <summary>How the values are spread: of numbers a histogram between the smallest and the largest, of categories their
    /// shares.</summary>
    private static string Distribution(ColumnProfile profile)
    {
        double[] heights = ValueHistogram.Of(profile, BarWidth)?.Counts
            ?? (profile.Role.IsCategorical() ? [.. profile.Statistics.Values.Take(BarWidth).Select(value => (double)value.Count)] : []);
        double highest = heights.DefaultIfEmpty(0).Max();
        return highest == 0 ? string.Empty
            : string.Concat(heights.Select(height => height == 0 ? ' '
                : Bars[Math.Clamp((int)Math.Ceiling(height / highest * (Bars.Length - 1)), 1, Bars.Length - 1)])).TrimEnd();
    }

    /// <summary>What a person should know of a column, a sentence each.</summary>
    public static IEnumerable<string> Notes(ColumnProfile profile)
    {
        foreach (string note in profile.Notes)
            yield return note;
        foreach (SpellingVariants variants in profile.Statistics.Variants)
            yield return $"'{profile.Name}' spells one value in several ways: {variants}; --merge-variants takes them for one.";
    }

    /// <summary>Which columns are missing together: the most frequent patterns.</summary>
    private static void Missingness(StringBuilder text, DescribedTable table)
    {
        if (table.Patterns.IsComplete)
            return;
        text.AppendLine();
        Line(text, $"Missing together:");
        IReadOnlyList<MissingPattern> counts = table.Patterns.MostFrequent();
        foreach (MissingPattern pattern in counts.Take(MostPatterns))
        {
            string names = string.Join(", ", pattern.Columns.Select(column => table.Profiles[column].Name));
            Line(text, $"  {pattern.Count,8} rows ({Share(pattern.Count / (double)table.Rows)}): {(names.Length == 0 ? "nothing" : names)}");
        }

        if (counts.Count > MostPatterns)
        {
            string others = (counts.Count - MostPatterns).ToString(CultureInfo.InvariantCulture)
                + (table.Patterns.Uncounted > 0 ? " or more" : string.Empty);
            long rows = counts.Skip(MostPatterns).Sum(pattern => pattern.Count) + table.Patterns.Uncounted;
            Line(text, $"  {rows,8} rows in {others} other patterns");
        }
    }

    /// <summary>On what it depends whether cells are missing.</summary>
    private static void Dependences(StringBuilder text, DescribedTable table)
    {
        if (table.Patterns.IsComplete)
            return;
        text.AppendLine();
        if (table.Dependences.Count == 0)
        {
            Line(text, $"No test says that it depends on another column whether cells are missing.");
            return;
        }

        Line(text, $"Missing depends on (strongest first; chi-square tests, corrected for their number{Sampled(table)}):");
        foreach (MissingDependence found in table.Dependences.Take(MostDependences))
        {
            Line(text, $"  {found.Column}: in {Share(found.More)} of the rows where {found.MoreWhere}, in {Share(found.Less)} where "
                + $"{found.LessWhere} (V {found.Strength.ToString("F2", CultureInfo.InvariantCulture)}, p {Probability(found.Probability)})");
        }

        More(text, table.Dependences.Count, MostDependences);
    }

    /// <summary>What holds between the columns.</summary>
    private static void Relations(StringBuilder text, DescribedTable table)
    {
        if (table.Relations.Count == 0)
            return;
        text.AppendLine();
        Line(text, $"Relations that hold in all rows{Sampled(table)}, and in how many they can be seen:");
        foreach (Relation relation in table.Relations.Take(MostRelations))
            Line(text, $"  {relation.Text} ({relation.Support} rows)");
        More(text, table.Relations.Count, MostRelations);
    }

    private static void More(StringBuilder text, int count, int shown)
    {
        if (count > shown)
            Line(text, $"  and {count - shown} more, which --report shows");
    }

    private static string Sampled(DescribedTable table) => table.IsSampled
        ? string.Create(CultureInfo.InvariantCulture, $" of a sample of {table.SampledRows}")
        : string.Empty;

    private static string Share(double share) => share is > 0 and < 0.0005 ? "< 0.1 %"
        : (100 * share).ToString("F1", CultureInfo.InvariantCulture) + " %";

    private static string Probability(double probability) => probability < 1e-12 ? "< 1e-12"
        : probability.ToString("0.#e0", CultureInfo.InvariantCulture);

    private static void Line(StringBuilder text, FormattableString line) => Line(text, line.ToString(CultureInfo.InvariantCulture));

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
