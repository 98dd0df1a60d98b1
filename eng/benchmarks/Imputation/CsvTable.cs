using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Reads a CSV file with a header, gzipped or not, whose quoted fields hold no line ends. A column is numeric when all
/// its values are numbers; an empty field is missing.</summary>
internal static class CsvTable
{
    /// <param name="path">The file.</param>
    /// <param name="drop">Columns left out.</param>
    /// <param name="like">What the columns are; found out when there is none. A category that is not among theirs counts as
    /// missing.</param>
    public static Table Read(string path, IReadOnlySet<string> drop, IReadOnlyList<TableColumn>? like = null)
    {
        using Stream file = File.OpenRead(path);
        using Stream content = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using StreamReader reader = new(content);
        List<string[]> rows = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0)
                rows.Add(Split(line));
        }
        string[] header = rows[0];
        rows.RemoveAt(0);
        int[] kept = [.. Enumerable.Range(0, header.Length).Where(i => !drop.Contains(header[i]))];
        TableColumn[] columns = like is null ? [.. kept.Select(i => Describe(header[i], rows.Select(row => row[i])))] : [.. like];
        Table table = new(columns, rows.Count);
        for (int c = 0; c < kept.Length; c++)
        {
            Dictionary<string, int> codes = columns[c].Categories.Select((name, code) => (name, code)).ToDictionary(p => p.name, p => p.code, StringComparer.Ordinal);
            for (int row = 0; row < rows.Count; row++)
            {
                string text = rows[row][kept[c]];
                if (text.Length > 0 && columns[c].Kind == ColumnKind.Numeric)
                    table[row, c] = double.Parse(text, CultureInfo.InvariantCulture);
                else if (codes.TryGetValue(text, out int code))
                    table[row, c] = code;
            }
        }
        return table;
    }

    private static TableColumn Describe(string name, IEnumerable<string> values)
    {
        string[] present = [.. values.Where(value => value.Length > 0)];
        return present.All(value => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            ? TableColumn.Numeric(name)
            : TableColumn.Categorical(name, present.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    private static string[] Split(string line)
    {
        List<string> fields = [];
        StringBuilder field = new();
        bool quoted = false;
        foreach (char c in line)
        {
            if (c == '"')
                quoted = !quoted;
            else if (c == ',' && !quoted)
            {
                fields.Add(field.ToString().Trim());
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }
        fields.Add(field.ToString().Trim());
        return [.. fields];
    }
}
