using System.Globalization;
using System.Text;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Description;

/// <summary>A table in words: one line a column with its role, range, missing cells and the reason, then what a person should
/// know.</summary>
internal static class TableDescription
{
    private const int BarWidth = 12, LongestName = 28, MostPatterns = 8;
    private const string Bars = " .:-=+*#";

    /// <summary>Writes the description.</summary>
    /// <param name="file">The file.</param>
    /// <param name="profiles">What its columns are.</param>
    /// <param name="patterns">Which of them are missing together.</param>
    public static string Of(CsvBlocks file, IReadOnlyList<ColumnProfile> profiles, MissingPatterns patterns)
    {
        var text = new StringBuilder();
        Line(text, $"{file.Path}: {file.RowCount} rows, {file.ColumnNames.Count} columns");
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

        Missingness(text, patterns);
        if (profiles.Any(profile => profile.Statistics.IsDistinctEstimated))
        {
            text.AppendLine();
            Line(text, $"Where a column has \"about\" so many different values, that number and the distribution come from a uniform sample of");
            Line(text, $"its different values. All other figures are counts of all rows.");
        }

        return text.ToString();
    }

    private static string Row(ColumnProfile profile, int names)
    {
        ColumnStatistics statistics = profile.Statistics;
        string name = profile.Name.Length <= names ? profile.Name.PadRight(names) : profile.Name[..(names - 3)] + "...";
        string range = profile.Entry.Min is { } min && profile.Entry.Max is { } max ? $"{min} to {max}"
            : string.Join(", ", statistics.Values.Take(4).Select(value => value.Value)) + (statistics.Distinct > 4 ? ", ..." : string.Empty);
        string distinct = (statistics.IsDistinctEstimated ? "about " : string.Empty) + statistics.Distinct.ToString(CultureInfo.InvariantCulture);
        return $"{name}  {profile.Role.ToName(),-9}  {statistics.Missing,8}  {distinct,9}  {Distribution(profile),-BarWidth}  {range}";
    }

    /// <summary>How the values are spread: of numbers a histogram between the smallest and the largest, of categories their
    /// shares.</summary>
    private static string Distribution(ColumnProfile profile)
    {
        double[] heights = new double[BarWidth];
        if (profile.Role.IsNumeric() && profile.Statistics.Max > profile.Statistics.Min)
        {
            RoleCodec codec = profile.CreateCodec();
            double width = profile.Statistics.Max - profile.Statistics.Min;
            foreach (ValueCount value in profile.Statistics.Values)
            {
                if (codec.TryParse(value.Value, out double number) && double.IsFinite(number))
                    heights[Math.Clamp((int)(BarWidth * (number - profile.Statistics.Min) / width), 0, BarWidth - 1)] += value.Count;
            }
        }
        else if (profile.Role.IsCategorical())
        {
            foreach ((int i, ValueCount value) in profile.Statistics.Values.Take(BarWidth).Index())
                heights[i] = value.Count;
        }

        double highest = heights.Max();
        return highest == 0 ? string.Empty
            : string.Concat(heights.Select(height => height == 0 ? ' ' : Bars[Math.Clamp((int)Math.Ceiling(height / highest * (Bars.Length - 1)), 1, Bars.Length - 1)])).TrimEnd();
    }

    private static IEnumerable<string> Notes(ColumnProfile profile)
    {
        foreach (string note in profile.Notes)
            yield return note;
        foreach (SpellingVariants variants in profile.Statistics.Variants)
            yield return $"{profile.Name}: spelt in several ways: {variants}";
    }

    /// <summary>Which columns are missing together: the most frequent patterns.</summary>
    private static void Missingness(StringBuilder text, MissingPatterns patterns)
    {
        if (patterns.IsComplete)
            return;
        text.AppendLine();
        Line(text, $"Missing together:");
        IReadOnlyList<(string Names, long Count)> counts = patterns.MostFrequent();
        foreach ((string names, long count) in counts.Take(MostPatterns))
            Line(text, $"  {count,8} rows: {(names.Length == 0 ? "nothing" : names)}");
        if (counts.Count > MostPatterns)
        {
            string others = (counts.Count - MostPatterns).ToString(CultureInfo.InvariantCulture) + (patterns.Uncounted > 0 ? " or more" : string.Empty);
            Line(text, $"  {counts.Skip(MostPatterns).Sum(pair => pair.Count) + patterns.Uncounted,8} rows in {others} other patterns");
        }
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
