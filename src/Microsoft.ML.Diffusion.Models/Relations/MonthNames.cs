using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>Columns whose categories are names of months.</summary>
internal static class MonthNames
{
    private const int FewestLetters = 3;

    /// <summary>The month of each category, 1 to 12; null where one of them is the name of no month.</summary>
    /// <param name="column">A column.</param>
    /// <remarks>All names are of one language, whole or cut short: <c>June</c>, <c>Sept.</c></remarks>
    public static int[]? Of(TableColumn column)
    {
        if (column.Categories.Count < 2)
            return null;
        for (int language = 0; language < DateWords.Languages.Length; language++)
        {
            int[] months = [.. column.Categories.Select(name => MonthOf(name, language))];
            if (!months.Contains(0))
                return months;
        }
        return null;
    }

    // The one month that begins so; 0 where there is none or more than one.
    private static int MonthOf(string name, int language)
    {
        ReadOnlySpan<char> word = name.AsSpan().Trim().TrimEnd('.');
        if (word.Length < FewestLetters)
            return 0;
        string[] months = DateWords.Of(DateField.MonthName, language);
        int found = 0;
        for (int i = 0; i < months.Length; i++)
        {
            if (!months[i].AsSpan().StartsWith(word, StringComparison.OrdinalIgnoreCase))
                continue;
            if (found != 0)
                return 0;
            found = i + 1;
        }
        return found;
    }
}
