using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tool.Csv;
using Marks = Microsoft.ML.Diffusion.Tool.Columns.MissingMarks;

namespace Microsoft.ML.Diffusion.Tool.Description;

/// <summary>Which cells of a table hold no value: the empty ones, those with a mark that the user named, and those with a mark that was
/// found in their column.</summary>
/// <param name="marks">What the user named.</param>
/// <param name="profiles">What was found of the columns; none for nothing.</param>
internal sealed class MissingCells(Marks marks, IReadOnlyList<ColumnProfile> profiles)
{
    private readonly HashSet<string>?[] _found = [.. profiles.Select(FoundIn)];

    /// <summary>Whether a cell holds no value.</summary>
    public bool IsMissing(CsvDocument block, int row, int column) =>
        marks.IsMissing(block, row, column)
        || (column < _found.Length && _found[column]?.Contains(block.Text(row, column)) == true);

    private static HashSet<string>? FoundIn(ColumnProfile profile)
    {
        HashSet<string> found = new(profile.Entry.MissingMarks, StringComparer.Ordinal);
        found.UnionWith(profile.Statistics.Marks.Where(mark => !mark.IsSuggestion).Select(mark => mark.Text));
        return found.Count == 0 ? null : found;
    }
}
