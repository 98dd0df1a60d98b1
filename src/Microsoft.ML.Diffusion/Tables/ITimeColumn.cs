using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tables.Cells;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A column of dates and times, whatever their type.</summary>
internal interface ITimeColumn
{
    /// <summary>Tells the day of every value to a listener, as yyyy-MM-dd.</summary>
    /// <returns>Reads the current row; null where values are no days.</returns>
    Action? OpenDays(DataViewRow row, DataViewSchema.Column source, CellListener listener);

    /// <summary>Ends the learning.</summary>
    /// <param name="days">Which days the column uses; null for any.</param>
    /// <param name="told">What a person said; null for nothing.</param>
    /// <param name="map">What becomes of the cells read so far; null where they stay.</param>
    /// <returns>The column's role.</returns>
    ColumnEntry Settle(ColumnProfile? days, ColumnEntry? told, out Func<double, double>? map);
}
