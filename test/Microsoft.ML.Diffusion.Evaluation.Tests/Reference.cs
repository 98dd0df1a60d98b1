using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Tests;

/// <summary>The tables of test/data/evaluation and the figures that other libraries compute of them.</summary>
internal static class Reference
{
    public static readonly TableColumn[] Columns =
    [
        TableColumn.Numeric("age"), TableColumn.Numeric("income"), TableColumn.Numeric("visits"),
            TableColumn.Categorical("ward", "a", "b", "c", "d", "e"),
        TableColumn.Categorical("smoker", "no", "yes"), TableColumn.Numeric("ill"), TableColumn.Numeric("pressure"),
    ];

    public static Table Real { get; } = Read("real.csv", Columns);

    public static Table HeldOut { get; } = Read("heldout.csv", Columns);

    public static Table Synthetic { get; } = Read("synthetic.csv", Columns);

    public static JsonElement Expected { get; } = JsonDocument.Parse(File.ReadAllText(PathOf("expected.json"))).RootElement;

    public static int Column(string name) => Array.FindIndex(Columns, column => column.Name == name);

    public static Table Read(string file, TableColumn[] columns)
    {
        string[][] rows = [.. File.ReadLines(PathOf(file)).Skip(1).Select(line => line.Split(','))];
        Table table = new(columns, rows.Length);
        for (int row = 0; row < rows.Length; row++)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                if (rows[row][i].Length > 0)
                    table[row, i] = columns[i].Kind == ColumnKind.Numeric ? double.Parse(rows[row][i], CultureInfo.InvariantCulture)
                        : columns[i].Categories.ToList().IndexOf(rows[row][i]);
            }
        }

        return table;
    }

    public static double[] Numbers(this JsonElement element) => [.. element.EnumerateArray().Select(item => item.GetDouble())];

    public static void AssertClose(JsonElement expected, double actual, double tolerance = 1e-6) =>
        Assert.True(Math.Abs(expected.GetDouble() - actual) <= tolerance, $"{expected} was expected, and {actual} found");

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "evaluation", file);
}
