using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A column of a type in which nothing can be missing: there is nothing to fill in, and nothing can be hidden.</summary>
internal abstract class CompleteColumn<T>(string name, DataViewType type) : ViewColumn(name, type)
{
    public override bool CanBeMissing => false;

    public override Delegate FillingGetter(DataViewRow row, DataViewSchema.Column source, Func<double[]> completed, int first) =>
        row.GetGetter<T>(source);

    public override Delegate HidingGetter(DataViewRow row, DataViewSchema.Column source, Func<int, bool> isHidden) => row.GetGetter<T>(source);
}
