using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Columns of a table that become categories, or get one more.</summary>
internal static class CategoryColumns
{
    /// <summary>Columns of numbers whose values are names of categories.</summary>
    /// <param name="all">The table; columns that are categories already stay as they are.</param>
    /// <param name="names">The columns.</param>
    public static Table FromNumbers(Table all, string[] names)
    {
        double[][] values = [.. all.Columns.Select((column, i) =>
            column.Kind == ColumnKind.Numeric && names.Contains(column.Name, StringComparer.Ordinal)
                ? Enumerable.Range(0, all.RowCount).Select(row => all[row, i])
                    .Where(value => !double.IsNaN(value)).Distinct().Order().ToArray()
                : [])];
        TableColumn[] columns = [.. all.Columns.Select((column, i) => values[i].Length == 0
            ? column
            : TableColumn.Categorical(column.Name, values[i].Select(value => value.ToString("R"))))];
        Table coded = new(columns, all.RowCount);
        for (int row = 0; row < all.RowCount; row++)
        {
            for (int i = 0; i < columns.Length; i++)
                coded[row, i] = values[i].Length == 0 || double.IsNaN(all[row, i]) ? all[row, i] : Array.IndexOf(values[i], all[row, i]);
        }
        return coded;
    }

    /// <summary>What is missing becomes a category of its own, named "?", unless there is one of that name.</summary>
    /// <param name="all">The table.</param>
    public static Table WithMissing(Table all)
    {
        bool IsIncomplete(int column) => Enumerable.Range(0, all.RowCount).Any(row => double.IsNaN(all[row, column]));
        TableColumn[] columns = [.. all.Columns.Select((column, i) =>
            column.Kind == ColumnKind.Categorical && IsIncomplete(i) && !column.Categories.Contains("?", StringComparer.Ordinal)
                ? TableColumn.Categorical(column.Name, [.. column.Categories, "?"])
                : column)];
        Table whole = new(columns, all.RowCount);
        for (int i = 0; i < columns.Length; i++)
        {
            int missing = columns[i].Categories.ToList().IndexOf("?");
            for (int row = 0; row < all.RowCount; row++)
                whole[row, i] = double.IsNaN(all[row, i]) && missing >= 0 ? missing : all[row, i];
        }
        return whole;
    }
}
