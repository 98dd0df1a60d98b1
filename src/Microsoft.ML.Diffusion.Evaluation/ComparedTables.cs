using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation;

/// <summary>Refuses tables that cannot be held against each other.</summary>
internal static class ComparedTables
{
    public static void Require(Table real, Table other)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(other);
        if (other.Columns.Count != real.Columns.Count)
            throw new ArgumentException($"The tables have {real.Columns.Count} and {other.Columns.Count} columns; the same ones were expected.",
                nameof(other));
        for (int i = 0; i < real.Columns.Count; i++)
            RequireSame(real.Columns[i], other.Columns[i]);
        RequireRows(real);
        RequireRows(other);
    }

    private static void RequireRows(Table table)
    {
        table.RefuseNoRows();
        table.RefuseInfinities();
    }

    private static void RequireSame(TableColumn real, TableColumn other)
    {
        if (!string.Equals(real.Name, other.Name, StringComparison.Ordinal))
            throw new ArgumentException($"Column '{real.Name}' of the real table is '{other.Name}' in the other one.", nameof(other));
        if (real.Kind != other.Kind)
            throw new ArgumentException($"Column '{real.Name}' is {real.Kind} in the real table and {other.Kind} in the other one.", nameof(other));
        if (!real.Categories.SequenceEqual(other.Categories, StringComparer.Ordinal))
            throw new ArgumentException($"Column '{real.Name}' has other categories, or another order of them, in the other table.", nameof(other));
    }
}
