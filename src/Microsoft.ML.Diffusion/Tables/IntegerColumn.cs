using System.Numerics;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A column of whole numbers, modelled as numbers: beyond 2^53 the last digits are lost.</summary>
internal sealed class IntegerColumn<T>(string name, DataViewType type) : CompleteColumn<T>(name, type)
    where T : struct, IBinaryInteger<T>
{
    public override IEnumerable<TableColumn> TableColumns => [TableColumn.Numeric(Name)];

    public override CellReader OpenReader(DataViewRow row, DataViewSchema.Column source, bool learn)
    {
        ValueGetter<T> get = row.GetGetter<T>(source);
        T value = default;
        return cells =>
        {
            get(ref value);
            // Rounded down where it has too many digits, so that no number beyond the largest is made.
            double nearest = double.CreateTruncating(value);
            cells[0] = T.CreateSaturating(nearest) > value ? Math.BitDecrement(nearest) : nearest;
        };
    }

    // Saturating: a number beyond the type's range becomes its end, and NaN zero.
    public override Delegate MakingGetter(RowCells row, int first) =>
        (ValueGetter<T>)((ref T value) => value = T.CreateSaturating(Math.Round(row()[first])));
}
