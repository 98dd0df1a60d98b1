using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Tool.Description;

/// <summary>The rows of a column in a few groups: each of the frequent categories or of a few numbers, or eighths of the rows by the order
/// of their numbers.</summary>
internal sealed class ColumnGroups
{
    /// <summary>The group of a row whose cell is missing.</summary>
    public const byte Missing = byte.MaxValue;

    private const int MostCategories = 20, Parts = 8;

    private ColumnGroups(byte[] groups, string[] conditions)
    {
        Groups = groups;
        Conditions = conditions;
    }

    /// <summary>The group of each row.</summary>
    public byte[] Groups { get; }

    /// <summary>What the rows of each group have in common, such as <c>age is 17 to 22</c>.</summary>
    public IReadOnlyList<string> Conditions { get; }

    /// <summary>Puts the rows of a column into groups.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="index">0-based column.</param>
    /// <param name="profile">What the column is.</param>
    public static ColumnGroups Of(CompactTable table, int index, ColumnProfile profile)
    {
        double[] cells = [.. Enumerable.Range(0, table.RowCount).Select(row => table[row, index])];
        (double Value, int Count)[] values =
        [
            .. cells.Where(cell => !double.IsNaN(cell)).GroupBy(cell => cell).Select(group => (group.Key, group.Count())),
        ];
        TableColumn column = table.Columns[index];
        return column.Kind == ColumnKind.Categorical
            ? OfCategories(cells, values, column)
            : OfNumbers(cells, [.. values.OrderBy(value => value.Value)], profile);
    }

    private static ColumnGroups OfCategories(double[] cells, (double Value, int Count)[] values, TableColumn column)
    {
        Dictionary<double, byte> places = values
            .OrderByDescending(value => value.Count).ThenBy(value => value.Value)
            .Take(MostCategories).Index().ToDictionary(value => value.Item.Value, value => (byte)value.Index);
        List<string> conditions = [.. places.OrderBy(pair => pair.Value)
            .Select(pair => $"{column.Name} = {column.Categories[(int)pair.Key]}")];
        if (values.Length > places.Count)
            conditions.Add($"{column.Name} is one of {values.Length - places.Count} other values");
        return new ColumnGroups(
            [.. cells.Select(cell => double.IsNaN(cell) ? Missing : places.GetValueOrDefault(cell, (byte)places.Count))], [.. conditions]);
    }

    private static ColumnGroups OfNumbers(double[] cells, (double Value, int Count)[] values, ColumnProfile profile)
    {
        var ends = new List<double>();
        int observed = values.Sum(value => value.Count), seen = 0;
        foreach ((double value, int count) in values)
        {
            seen += count;
            if (values.Length <= Parts || seen >= (ends.Count + 1L) * observed / Parts)
                ends.Add(value);
        }

        RoleCodec codec = profile.CreateCodec();
        var conditions = new string[ends.Count];
        for (int i = 0, first = 0; i < conditions.Length; i++)
        {
            int last = Array.FindIndex(values, first, value => value.Value == ends[i]);
            (string from, string to) = (codec.Format(values[first].Value), codec.Format(values[last].Value));
            conditions[i] = from == to ? $"{profile.Name} is {from}" : $"{profile.Name} is {from} to {to}";
            first = last + 1;
        }

        return new ColumnGroups([.. cells.Select(cell => double.IsNaN(cell) ? Missing : GroupOf(cell))], conditions);

        byte GroupOf(double cell)
        {
            int at = ends.BinarySearch(cell);
            return (byte)(at < 0 ? ~at : at);
        }
    }
}
