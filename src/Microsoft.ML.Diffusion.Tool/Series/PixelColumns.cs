using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Tool.Columns;

namespace Microsoft.ML.Diffusion.Tool.Series;

/// <summary>Columns that are variables because others are: a picture needs all of its pixels, those without a missing cell, those that only
/// ever have one word, and those that were never observed among them.</summary>
/// <param name="Names">The columns.</param>
/// <param name="Ticked">Those that look like boxes to tick, where an empty cell means no; other pixels say no.</param>
internal sealed record PixelColumns(IReadOnlySet<string> Names, string[] Ticked)
{
    /// <summary>Finds them: in tables of many numbers, or of many columns of the same two words.</summary>
    /// <param name="columns">All that may be variables.</param>
    public static PixelColumns Of(IReadOnlyCollection<ColumnFinding> columns)
    {
        int numbers = columns.Count(column => column.Use == ColumnUse.Numeric), empty = columns.Count(IsEmpty);
        ColumnFinding[] words = [.. columns.Where(column => column.Use == ColumnUse.Categorical || IsTicked(column))];
        // A third word, which few columns have, does not count.
        ColumnFinding[] two = [.. words.Where(column => column.Profile!.Statistics.Distinct <= 2)];
        bool isOfNumbers = words.Length == 0 && numbers + empty >= PictureLimits.FewestVariables && numbers > empty;
        bool isOfWords = numbers == 0 && words.Length + empty >= PictureLimits.FewestVariables && 2 * two.Length > words.Length + empty
            && two.SelectMany(Words).Distinct(StringComparer.Ordinal).Count() == 2;
        if (!isOfNumbers && !isOfWords)
            return new PixelColumns(new HashSet<string>(StringComparer.Ordinal), []);
        return new PixelColumns(
            columns.Where(IsEmpty).Concat(two).Select(column => column.Name).ToHashSet(StringComparer.Ordinal),
            [.. two.Where(IsTicked).Select(column => column.Name)]);
    }

    private static IEnumerable<string> Words(ColumnFinding column) => column.Profile!.Statistics.Values.Select(value => value.Value);

    private static bool IsTicked(ColumnFinding column) => column is { Use: ColumnUse.None, Profile.Role: ColumnRole.Constant };

    private static bool IsEmpty(ColumnFinding column) => column is { Use: ColumnUse.None, Profile: null or { Role: ColumnRole.Empty } };
}
