using System.Globalization;
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
    private const double MostInt128 = 1e38;

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

    // As Int128, since a double of the largest Int64 is one beyond it.
    public override bool CanHold(double cell) => Math.Truncate(cell) == cell && Math.Abs(cell) < MostInt128
        && Int128.CreateChecked(T.CreateSaturating(cell)) == (Int128)cell;

    public override double Within(double cell, ValueRange range)
    {
        double least = Math.Max(Math.Ceiling(range.Minimum), double.CreateTruncating(T.MinValue));
        double most = Math.Min(Math.Floor(range.Maximum), double.CreateTruncating(T.MaxValue));
        return least <= most ? Math.Clamp(Math.Round(cell), least, most) : double.NaN;
    }

    public override string Expected(bool isRange) =>
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {T.MinValue} to {T.MaxValue}");

    // Saturating: a number beyond the type's range becomes its end, and NaN zero.
    public override Delegate MakingGetter(IMadeRow row, int first) =>
        (ValueGetter<T>)((ref T value) => value = T.CreateSaturating(Math.Round(row.Cells()[first])));
}
