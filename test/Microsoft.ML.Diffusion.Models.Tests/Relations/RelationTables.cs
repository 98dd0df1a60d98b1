using System.Globalization;
using System.IO.Compression;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests.Relations;

/// <summary>Tables with known relations, and real ones.</summary>
internal static class RelationTables
{
    /// <summary>Rows by a function of their own random numbers.</summary>
    public static Table Make(TableColumn[] columns, int rows, Func<Philox, double[]> row, ulong seed = 1)
    {
        Table table = new(columns, rows);
        for (int i = 0; i < rows; i++)
            row(new Philox(seed).Fork((ulong)i)).CopyTo(table.Row(i));
        return table;
    }

    public static TableColumn[] Numbers(params string[] names) => [.. names.Select(TableColumn.Numeric)];

    /// <summary>Each column shuffled by itself: the values stay, what held between columns is gone.</summary>
    public static Table Shuffled(Table table, ulong seed)
    {
        Table shuffled = table.Clone();
        for (int column = 0; column < table.Columns.Count; column++)
        {
            int[] order = new int[table.RowCount];
            new Philox(seed).Fork((ulong)column).Permutation(order);
            for (int row = 0; row < order.Length; row++)
                shuffled[row, column] = table[order[row], column];
        }
        return shuffled;
    }

    /// <summary>A real file: columns of numbers only are numbers, others categories.</summary>
    public static Table Read(string path)
    {
        using Stream file = File.OpenRead(path);
        using StreamReader reader = new(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress)
            : file);
        string[][] lines = [.. reader.ReadToEnd().Split('\n').Select(line => line.Trim('\r')).Where(line => line.Length > 0).Select(
            line => line.Split(','))];
        string[][] rows = lines[1..];
        TableColumn[] columns = [.. lines[0].Select((name, i) =>
            rows.All(row => IsMissing(row[i]) || double.TryParse(row[i], CultureInfo.InvariantCulture, out _))
                ? TableColumn.Numeric(name)
                : TableColumn.Categorical(name, rows.Select(row => row[i]).Where(cell => !IsMissing(cell)).Distinct()))];
        Dictionary<string, int>[] codes = [.. columns.Select(column =>
            column.Categories.Select((name, code) => (name, code)).ToDictionary(x => x.name, x => x.code))];
        Table table = new(columns, rows.Length);
        for (int row = 0; row < rows.Length; row++)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                string cell = rows[row][i];
                if (!IsMissing(cell))
                    table[row, i] = columns[i].Kind == ColumnKind.Numeric ? double.Parse(cell, CultureInfo.InvariantCulture)
                        : codes[i][cell];
            }
        }
        return table;
    }

    private static bool IsMissing(string cell) => cell is "" or "?" or "NA";
}
