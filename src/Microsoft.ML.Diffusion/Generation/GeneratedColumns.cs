using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>Which columns of a view are learned and made.</summary>
/// <param name="options">Names them, or those that are not.</param>
/// <param name="label">The label, which must be among them; null for none.</param>
/// <param name="weight">A column that is none of them whatever its name says; null for none.</param>
internal sealed class GeneratedColumns(DiffusionSynthesizeEstimator.Options options, string? label, string? weight)
{
    /// <summary>The columns, in the order of the view.</summary>
    /// <exception cref="ArgumentException">A column is not there, or no values of its type can be made.</exception>
    public DataViewSchema.Column[] In(DataViewSchema schema)
    {
        DataViewSchema.Column[] visible = [.. schema.Where(column => !column.IsHidden)];
        HashSet<string> names = Choose([.. visible.Select(column => column.Name)]);
        return [.. visible.Where(column => names.Contains(column.Name))];
    }

    /// <summary>Refuses columns before there is a view.</summary>
    /// <exception cref="ArgumentException">A column is not there, or no values of its type can be made.</exception>
    public void Check(SchemaShape schema)
    {
        HashSet<string> names = Choose([.. schema.Select(column => column.Name)]);
        foreach (SchemaShape.Column column in schema)
        {
            if (names.Contains(column.Name) && !ColumnTypes.CanBeGenerated(column))
                throw new ArgumentException(ColumnTypes.GenerationRefusal(column.Name, ColumnTypes.Describe(column)), nameof(schema));
        }
    }

    private HashSet<string> Choose(string[] visible)
    {
        foreach (string name in (options.Columns ?? []).Concat(options.IgnoredColumns).Concat(label is null ? [] : [label]))
        {
            if (!visible.Contains(name, StringComparer.Ordinal))
                throw ColumnRefusal.Unknown(name, visible);
        }

        HashSet<string> names = new(options.Columns ?? visible, StringComparer.Ordinal);
        names.ExceptWith(options.IgnoredColumns);
        if (weight is not null)
            names.Remove(weight);
        if (names.Count == 0)
            throw ColumnRefusal.Of("There is no column to learn and make.");
        if (label is not null && !names.Contains(label))
            throw ColumnRefusal.Of($"The label '{label}' must be among the columns that are learned and made.");
        return names;
    }
}
