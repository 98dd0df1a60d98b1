using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>Finds training rows in which nothing is missing although something should be: ML.NET's text loader reads an empty cell as 0
/// unless it is told otherwise.</summary>
internal static class NothingMissing
{
    // A column with fewer exact zeros than this share of its values can well be what was measured.
    private const double ManyZeros = 0.01;

    /// <summary>What to warn of, in sentences.</summary>
    /// <param name="columns">The columns that were read.</param>
    /// <param name="isFilled">Tells by its name whether a column is filled in.</param>
    /// <param name="table">Their values.</param>
    public static IEnumerable<string> Warnings(ViewColumn[] columns, Func<string, bool> isFilled, CompactTable table)
    {
        List<string> complete = [], zeros = [];
        bool isAnyFilledCellMissing = false, isAnyNumberMissing = false;
        int first = 0;
        foreach (ViewColumn column in columns)
        {
            bool isNumber = (column.Type is VectorDataViewType vector ? vector.ItemType : column.Type) is NumberDataViewType && column.CanBeMissing;
            (int missing, int zero) = Count(table, first, column.Width);
            first += column.Width;
            isAnyNumberMissing |= isNumber && missing > 0;
            if (!isFilled(column.Name) || column.Width == 0)
                continue;
            isAnyFilledCellMissing |= missing > 0;
            if (missing > 0)
                continue;
            complete.Add($"'{column.Name}'");
            if (isNumber && zero >= Math.Max(2, ManyZeros * table.RowCount * column.Width))
                zeros.Add($"'{column.Name}' ({zero})");
        }

        // Where one column of numbers has missing values, the loader knows what they are, and zeros are zeros.
        string suspicion = zeros.Count == 0 || isAnyNumberMissing ? ""
            : $" Exact zeros: {string.Join(", ", zeros)}. If these were empty cells of a text file, load it with TextLoader.Options.MissingRealsAsNaNs "
                + "= true: without it an empty cell is read as 0.";
        if (!isAnyFilledCellMissing)
        {
            yield return $"No value of the columns {string.Join(", ", complete)} is missing in the training rows, so that nothing is filled in in them."
                + (suspicion.Length > 0 ? suspicion
                    : " If they come from a text file with empty cells, load it with TextLoader.Options.MissingRealsAsNaNs = true.");
        }
        else if (suspicion.Length > 0)
        {
            yield return $"No number is missing in the training rows.{suspicion}";
        }
    }

    private static (int Missing, int Zero) Count(CompactTable table, int first, int width)
    {
        int missing = 0, zero = 0;
        for (int column = first; column < first + width; column++)
        {
            for (int row = 0; row < table.RowCount; row++)
            {
                double cell = table[row, column];
                missing += double.IsNaN(cell) ? 1 : 0;
                zero += cell == 0 ? 1 : 0;
            }
        }

        return (missing, zero);
    }
}
