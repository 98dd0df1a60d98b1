using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>Reads the names of the columns, and refuses a first line that is data.</summary>
internal static class CsvHeader
{
    /// <exception cref="InputException">Two columns of one name.</exception>
    public static string[] Read(byte[] bytes, int start, List<int> cellEnds, string path)
    {
        var names = new string[cellEnds.Count];
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
        {
            string name = CsvCell.Text(bytes.AsSpan(start..cellEnds[i]));
            names[i] = name.Length > 0 ? name : string.Create(CultureInfo.InvariantCulture, $"column {i + 1}");
            if (!columns.TryAdd(names[i], i))
                throw new InputException($"{path}, line {CsvDocument.LineAt(bytes, start)}: columns {columns[names[i]] + 1} and {i + 1} are both named '{names[i]}'; a header line with a name of its own for each column was expected.");
            start = cellEnds[i] + 1;
        }

        return names;
    }

    /// <summary>A first line is data and no header when all its cells are numbers (other than 0, 1, 2, ... or years in
    /// a row, which are names that programs and people give), or when it holds a number and one of its other cells
    /// comes again in its own column.</summary>
    /// <exception cref="InputException">The first line is data.</exception>
    public static void RefuseData(CsvDocument document)
    {
        IReadOnlyList<string> names = document.ColumnNames;
        int numbers = names.Count(IsNumber);
        if (numbers == 0 || IsCount(names))
            return;
        if (numbers == names.Count)
            throw new InputException($"{document.Path} has no header: its first line holds numbers only; a line with the names of the columns was expected.");
        for (int column = 0; column < names.Count; column++)
        {
            if (IsNumber(names[column]))
                continue;
            for (int row = 0; row < document.RowCount; row++)
            {
                if (document.Content(row, column).Length > 0 && string.Equals(document.Text(row, column), names[column], StringComparison.Ordinal))
                    throw new InputException($"{document.Path} has no header: its first line holds numbers and '{names[column]}', which comes again on line {document.LineOf(row)} in the same column; a line with the names of the columns was expected.");
            }
        }
    }

    private static bool IsNumber(string name) =>
        double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static bool IsCount(IReadOnlyList<string> names)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (!int.TryParse(names[i], NumberStyles.None, CultureInfo.InvariantCulture, out int number) || (i > 0 && number != int.Parse(names[i - 1], CultureInfo.InvariantCulture) + 1))
                return false;
        }

        return names.Count > 1;
    }
}
