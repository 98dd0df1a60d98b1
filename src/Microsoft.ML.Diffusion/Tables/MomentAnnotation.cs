using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>The annotations of a column of numbers that say that they are moments, and of which clock.</summary>
internal static class MomentAnnotation
{
    /// <summary>A column of a table for the numbers of a column of a view.</summary>
    public static TableColumn Of(string name, DataViewSchema.Column? column)
    {
        if (column?.Annotations.Schema.GetColumnOrNull(TableColumn.MomentAnnotation)?.Type is not TextDataViewType)
            return TableColumn.Numeric(name);
        ReadOnlyMemory<char> text = default;
        double clock = 0;
        column.Value.Annotations.GetValue(TableColumn.MomentAnnotation, ref text);
        if (column.Value.Annotations.Schema.GetColumnOrNull(TableColumn.ClockAnnotation)?.Type == NumberDataViewType.Double)
            column.Value.Annotations.GetValue(TableColumn.ClockAnnotation, ref clock);
        return text.Span switch
        {
            nameof(MomentKind.Date) => TableColumn.Date(name),
            nameof(MomentKind.Timestamp) => TableColumn.Timestamp(name, clock),
            nameof(MomentKind.TimeOfDay) => TableColumn.TimeOfDay(name),
            _ => TableColumn.Numeric(name),
        };
    }
}
