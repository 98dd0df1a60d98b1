using Microsoft.ML.Diffusion.Models.Categories;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Generation;

/// <summary>Conditions on columns of many categories as conditions on the groups that a method learns.</summary>
internal static class GroupedConditions
{
    /// <summary>The conditions with groups in place of categories.</summary>
    public static GenerationConditions Of(ManyCategories many, GenerationConditions conditions)
    {
        var grouped = new GenerationConditions(many.GroupedColumns) { KeepMissing = conditions.KeepMissing };
        foreach ((int source, double value) in conditions.Fixed)
        {
            double own = many.GroupOf(source, value);
            // A category that was never seen is in the rows already and tells the others nothing.
            if (many.GroupedColumns[source].Holds(own))
                grouped.Fix(source, own);
        }
        foreach ((int source, ValueRange range) in conditions.Ranges)
            grouped.Within(source, range);
        foreach (int source in conditions.MissingColumns)
            grouped.Missing(source);
        foreach (int source in conditions.PresentColumns)
            grouped.Present(source);
        return grouped;
    }
}
