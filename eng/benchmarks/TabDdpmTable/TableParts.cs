using System.Globalization;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>A table in three parts, as the authors cut theirs: 64 % of the rows to learn from, 16 % to tune the learner on, 20 % to score
/// it; where there is a file of test rows, 80 % and 20 % of the others.</summary>
internal sealed record TableParts(Table Training, Table Validation, Table Test, int Label)
{
    private const double TestShare = 0.2, ValidationShare = 0.2;

    /// <summary>Reads and cuts a table.</summary>
    public static TableParts Read(string folder, PublishedTable table, ulong seed)
    {
        Table all = Prepared(folder, table, table.File, like: null);
        Table? others = table.TestFile is { } file ? Prepared(folder, table, file, all.Columns) : null;
        int[] order = [.. Enumerable.Range(0, all.RowCount)];
        new Philox(seed, 77).Shuffle(order.AsSpan());
        int test = others is null ? (int)Math.Round(TestShare * order.Length) : 0;
        int validation = (int)Math.Round(ValidationShare * (order.Length - test));
        return new TableParts(
            all.Take(order.AsSpan(test + validation)),
            all.Take(order.AsSpan(test, validation)),
            others ?? all.Take(order.AsSpan(0, test)),
            Enumerable.Range(0, all.Columns.Count).First(column => all.Columns[column].Name == table.Label));
    }

    private static Table Prepared(string folder, PublishedTable table, string file, IReadOnlyList<TableColumn>? like)
    {
        Table all = CsvTable.Read(Path.Combine(folder, file), table.Drop.ToHashSet(StringComparer.Ordinal), like);
        all = InSeconds(all, table.Dates);
        if (table.Households)
            all = ByHousehold(all);
        string[] byPrefix = [.. all.Columns.Select(column => column.Name)
            .Where(name => table.CategoryPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))];
        return CategoryColumns.WithMissing(CategoryColumns.FromNumbers(all, [.. table.Categories, .. byPrefix]));
    }

    private static Table InSeconds(Table all, string[] dates)
    {
        TableColumn[] columns = [.. all.Columns.Select(column =>
            dates.Contains(column.Name, StringComparer.Ordinal) ? TableColumn.Numeric(column.Name) : column)];
        Table seconds = new(columns, all.RowCount);
        for (int i = 0; i < columns.Length; i++)
        {
            bool isDate = columns[i].Kind != all.Columns[i].Kind;
            for (int row = 0; row < all.RowCount; row++)
            {
                seconds[row, i] = !isDate || double.IsNaN(all[row, i])
                    ? all[row, i]
                    : SecondsOf(all.Columns[i].Categories[(int)all[row, i]]);
            }
        }
        return seconds;
    }

    private static double SecondsOf(string date) => (DateTime.Parse(date, CultureInfo.InvariantCulture) - DateTime.UnixEpoch).TotalSeconds;

    // Rooms, bedrooms and people for each household, and prices in 100,000 dollars, as in scikit-learn's copy of the table.
    private static Table ByHousehold(Table all)
    {
        int Place(string name) => Enumerable.Range(0, all.Columns.Count).First(column => all.Columns[column].Name == name);
        (int rooms, int bedrooms, int people, int households, int price) =
            (Place("total_rooms"), Place("total_bedrooms"), Place("population"), Place("households"), Place("median_house_value"));
        Table changed = all.Clone();
        for (int row = 0; row < all.RowCount; row++)
        {
            changed[row, rooms] /= all[row, households];
            changed[row, bedrooms] /= all[row, households];
            changed[row, households] = all[row, people] / all[row, households];
            changed[row, price] /= 100_000;
        }
        return changed;
    }
}
