using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion.Models.Tests.Roles;

/// <summary>Tables and columns for tests of roles.</summary>
internal static class ColumnsOf
{
    /// <summary>The header and the rows of a file in ../shared/data, or of one in ../shared/cases.</summary>
    public static (string[] Header, List<string[]> Rows) File(string file)
    {
        string path = RealData.PathOf(file);
        using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(System.IO.File.OpenRead(path), CompressionMode.Decompress) : System.IO.File.OpenRead(path);
        using var reader = new StreamReader(stream);
        string[] header = Split(reader.ReadLine()!);
        var rows = new List<string[]>();
        while (reader.ReadLine() is { } line)
            rows.Add(Split(line));
        return (header, rows);
    }

    /// <summary>Profiles of all columns of a table.</summary>
    public static IReadOnlyList<ColumnProfile> Profiles(string[] header, List<string[]> rows)
    {
        var profiler = new TableProfiler(header);
        foreach (string[] row in rows)
            for (int j = 0; j < header.Length; j++)
                profiler.Add(j, row[j]);
        return profiler.ToProfiles();
    }

    /// <summary>The profile of one column of a handed case.</summary>
    public static ColumnProfile Case(string file, string column)
    {
        (string[] header, List<string[]> rows) = File("../cases/" + file);
        return Profiles(header, rows)[Array.IndexOf(header, column)];
    }

    /// <summary>Cells by their row.</summary>
    public static string[] Made(int rows, Func<int, string> cell) => [.. Enumerable.Range(0, rows).Select(cell)];

    /// <summary>A number in invariant spelling.</summary>
    public static string Text(IFormattable value, string? format = null) => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>Whole numbers that look random and are the same in every run.</summary>
    public static int Hash(int i, int bound) => (int)((((ulong)i * 0x9E3779B97F4A7C15UL) >> 33) % (ulong)bound);

    private static string[] Split(string line)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
                cell.Append(line[i++]);
            else if (c == '"')
                quoted = !quoted;
            else if (c == ',' && !quoted)
                Add(cells, cell);
            else
                cell.Append(c);
        }

        Add(cells, cell);
        return [.. cells];
    }

    private static void Add(List<string> cells, StringBuilder cell)
    {
        cells.Add(cell.ToString());
        cell.Clear();
    }
}
