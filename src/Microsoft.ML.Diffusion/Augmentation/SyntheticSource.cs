using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>The rows that a transformer adds to those that come in.</summary>
/// <param name="Columns">The columns that are made.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Ids">The upper half of their ids.</param>
/// <param name="Weight">The weight of each.</param>
/// <param name="IsAlone">Whether they take the place of the real ones.</param>
internal sealed record SyntheticSource(ViewColumn[] Columns, SyntheticRows Rows, ulong Ids, float Weight, bool IsAlone)
{
    /// <summary>A getter of a column of the view that they are added to.</summary>
    public ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column, string? weight, SyntheticRowReader reader)
    {
        if (!column.IsHidden && column.Name == weight)
            return ActiveColumns.As<TValue>((ValueGetter<float>)((ref float value) => value = Weight), column);
        int first = 0;
        foreach (ViewColumn made in Columns)
        {
            if (!column.IsHidden && made.Name == column.Name)
                return ActiveColumns.As<TValue>(made.MakingGetter(reader, first), column);
            first += made.Width;
        }

        return ActiveColumns.As<TValue>(MissingValue.Getter(column), column);
    }
}
