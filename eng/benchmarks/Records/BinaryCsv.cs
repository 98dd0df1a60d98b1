using System.Globalization;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>The columns of a CSV file that hold nothing but 0 and 1, as numbers.</summary>
internal static class BinaryCsv
{
    public static CompactTable Read(string path, int rows)
    {
        string[][] lines = [.. File.ReadLines(path).Take(rows + 1).Select(line => line.Split(','))];
        bool IsCode(int i) => lines.Skip(1).All(line => line[i] is "0" or "1") && lines.Skip(1).Any(line => line[i] != lines[1][i]);
        int[] columns = [.. Enumerable.Range(0, lines[0].Length).Where(IsCode)];
        var rowsOfCodes = new CompactTable.Builder(columns.Length);
        foreach (string[] line in lines.Skip(1))
            rowsOfCodes.Write(rowsOfCodes.RowCount, [.. columns.Select(i => double.Parse(line[i], CultureInfo.InvariantCulture))]);
        return rowsOfCodes.Build([.. columns.Select(i => TableColumn.Numeric(lines[0][i]))]);
    }
}
