using System.Globalization;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>Names and values as rules spell them.</summary>
internal static class RelationText
{
    /// <summary>A column's name, in backquotes where it could be read as something else.</summary>
    public static string Name(string name) => IsPlain(name) ? name : name.Contains('`', StringComparison.Ordinal) ? $"[{name}]"
        : $"`{name}`";

    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A cell's value: the category or the number.</summary>
    public static string Value(TableColumn column, double value) =>
        column.Kind == ColumnKind.Categorical && column.Holds(value) ? column.Categories[(int)value] : Number(value);

    private static bool IsPlain(string name)
    {
        if (name.Length == 0 || !(char.IsLetter(name[0]) || name[0] == '_') || name[^1] == '-')
            return false;
        foreach (char c in name)
        {
            if (!char.IsLetterOrDigit(c) && c is not ('_' or '.' or '-'))
                return false;
        }
        return !name.Contains("->", StringComparison.Ordinal);
    }
}
