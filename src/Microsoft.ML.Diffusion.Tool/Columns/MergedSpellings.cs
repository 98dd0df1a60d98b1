using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>The spelling that stands for all those of a category that differ in case or blanks alone: the most frequent one.</summary>
/// <param name="spellings">The spellings that are told apart, the preferred ones first.</param>
internal sealed class MergedSpellings(IEnumerable<string> spellings)
{
    private readonly Dictionary<string, string> _preferred = spellings
        .GroupBy(SpellingVariants.Fold, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);

    /// <summary>Those of a column.</summary>
    public static MergedSpellings Of(ColumnProfile profile) => new(profile.Statistics.Values.Select(value => value.Value.Trim()));

    /// <summary>The spelling that stands for a text; the text itself where it is no spelling of a known category.</summary>
    public string Of(string text) => _preferred.GetValueOrDefault(SpellingVariants.Fold(text), text);
}
