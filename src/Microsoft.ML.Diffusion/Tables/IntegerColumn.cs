using System.Numerics;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tables.Cells;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A column of whole numbers, modelled as numbers. Those of 64 bits are read as they are until it is known that a table's cells
/// hold them exactly.</summary>
internal sealed class IntegerColumn<T>(string name, DataViewType type) : CompleteColumn<T>(name, type)
    where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
{
    public override ViewColumn Learning => default(T) is long or ulong ? new ValueColumn<T>(Name, Type, new IntegerCells<T>()) : this;

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
    public override Delegate MakingGetter(IMadeRow row, int first) =>
        (ValueGetter<T>)((ref T value) => value = T.CreateSaturating(Math.Round(row.Cells()[first])));
}
