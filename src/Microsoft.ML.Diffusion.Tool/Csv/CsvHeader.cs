using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>Reads the names of the columns, and refuses a first line that is data.</summary>
internal static class CsvHeader
{
    private const string Remedy = "--header no reads it as a row, --header yes as names";

    /// <exception cref="InputException">Two columns of one name.</exception>
    public static string[] Read(ReadOnlySpan<byte> text, int start, List<int> cellEnds, CsvSyntax syntax, string path)
    {
        int line = start;
        var names = new string[cellEnds.Count];
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
        {
            string name = CsvCell.Text(text[start..cellEnds[i]], syntax.EscapesByBackslash);
            names[i] = name.Length > 0 ? name : string.Create(CultureInfo.InvariantCulture, $"column {i + 1}");
            if (!columns.TryAdd(names[i], i))
            {
                string remedy = IsNumber(name) ? $" ({Remedy})" : string.Empty;
                throw new InputException(
                    $"{path}, line {CsvRows.LineAt(text, line)}: columns {columns[names[i]] + 1} and {i + 1} are both " +
                    $"named '{names[i]}'; a header line with a name of its own for each column was expected{remedy}.");
            }

            start = cellEnds[i] + 1;
        }

        return names;
    }

    /// <summary>A first line is data and no header when it holds a number and one of its other cells comes again in its own column, or
    /// when all its cells are numbers that do not rise or fall from cell to cell. Numbers that do (wave lengths, years) are taken for
    /// names, with a note, and 0, 1, 2, ... without one, which programs and people give.</summary>
    /// <returns>A sentence to tell the user; null where there is nothing to tell.</returns>
    /// <exception cref="InputException">The first line is data.</exception>
    public static string? RefuseData(CsvDocument document)
    {
        IReadOnlyList<string> names = document.ColumnNames;
        int numbers = names.Count(IsNumber);
        if (numbers == 0 || IsCount(names))
            return null;
        if (numbers == names.Count)
        {
            if (IsOrdered(names))
            {
                return $"The first line of {document.Path} holds numbers only and is taken for the names of the columns; if it is a row, " +
                    "give --header no.";
            }

            throw new InputException(
                $"{document.Path} has no header: its first line holds numbers only; a line with the names of the columns was expected " +
                $"({Remedy}).");
        }

        for (int column = 0; column < names.Count; column++)
        {
            if (IsNumber(names[column]))
                continue;
            for (int row = 0; row < document.RowCount; row++)
            {
                bool isSame = string.Equals(document.Text(row, column), names[column], StringComparison.Ordinal);
                if (isSame && document.Content(row, column).Length > 0)
                {
                    throw new InputException(
                        $"{document.Path} has no header: its first line holds numbers and '{names[column]}', which comes again on line " +
                        $"{document.LineOf(row)} in the same column; a line with the names of the columns was expected ({Remedy}).");
                }
            }
        }

        return null;
    }

    private static bool IsNumber(string name) =>
        double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static bool IsOrdered(IReadOnlyList<string> names)
    {
        double[] numbers = [.. names.Select(name => double.Parse(name, NumberStyles.Float, CultureInfo.InvariantCulture))];
        int[] directions = [.. numbers.Zip(numbers.Skip(1), (first, second) => first.CompareTo(second)).Distinct()];
        return directions is [not 0];
    }

    private static bool IsCount(IReadOnlyList<string> names)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (!int.TryParse(names[i], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                || (i > 0 && number != int.Parse(names[i - 1], CultureInfo.InvariantCulture) + 1))
            {
                return false;
            }
        }

        return names.Count > 1;
    }
}
