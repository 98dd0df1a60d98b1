using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Fidelity;

/// <summary>Sets of columns that are missing together.</summary>
internal static class MissingnessPatterns
{
    private const int MostPatterns = 20;

    public static MissingnessComparison Compare(Table real, Table synthetic)
    {
        Dictionary<string, int> first = Count(real, out double realShare), second = Count(synthetic, out double syntheticShare);
        string[] patterns = [.. first.Keys.Union(second.Keys, StringComparer.Ordinal)
            .OrderByDescending(pattern => first.GetValueOrDefault(pattern))
            .ThenByDescending(pattern => second.GetValueOrDefault(pattern))
            .ThenBy(pattern => pattern, StringComparer.Ordinal)];
        MissingnessPattern[] shown = [.. patterns.Take(MostPatterns).Select(pattern => new MissingnessPattern(
            [.. real.Columns.Where((_, i) => pattern[i] == '1').Select(column => column.Name)],
            first.GetValueOrDefault(pattern) / (double)real.RowCount,
            second.GetValueOrDefault(pattern) / (double)synthetic.RowCount))];
        return new(realShare, syntheticShare, shown, patterns.Length - shown.Length);
    }

    /// <summary>How many rows have each pattern: a text with 1 for a missing cell and 0 for one that is there.</summary>
    private static Dictionary<string, int> Count(Table table, out double share)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        char[] pattern = new char[table.Columns.Count];
        long missing = 0;
        for (int row = 0; row < table.RowCount; row++)
        {
            ReadOnlySpan<double> cells = table.Row(row);
            for (int i = 0; i < cells.Length; i++)
            {
                pattern[i] = table.Columns[i].Holds(cells[i]) ? '0' : '1';
                missing += pattern[i] == '1' ? 1 : 0;
            }

            lookup.TryGetValue(pattern, out int count);
            lookup[pattern] = count + 1;
        }

        share = missing / ((double)table.RowCount * table.Columns.Count);
        return counts;
    }
}
