using System.Numerics;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A column of Single or Double; NaN is missing.</summary>
/// <param name="name">The column's name in the view.</param>
/// <param name="type">The column's type in the view.</param>
/// <param name="source">The column, which may say that its numbers are moments; null for plain numbers.</param>
internal sealed class NumberColumn<T>(string name, DataViewType type, DataViewSchema.Column? source) : ViewColumn(name, type)
    where T : struct, IFloatingPointIeee754<T>, IMinMaxValue<T>
{
    private readonly TableColumn _column = MomentAnnotation.Of(name, source);

    public override IEnumerable<TableColumn> TableColumns => [_column];

    public override CellReader OpenReader(DataViewRow row, DataViewSchema.Column source, bool learn)
    {
        ValueGetter<T> get = row.GetGetter<T>(source);
        T value = default;
        return cells =>
        {
            get(ref value);
            cells[0] = double.CreateTruncating(value);
        };
    }

    public override Delegate FillingGetter(DataViewRow row, DataViewSchema.Column source, Func<double[]> completed, int first)
    {
        ValueGetter<T> get = row.GetGetter<T>(source);
        return (ValueGetter<T>)Get;

        void Get(ref T value)
        {
            get(ref value);
            if (T.IsNaN(value))
                value = T.CreateTruncating(completed()[first]);
        }
    }

    public override Delegate MakingGetter(IMadeRow row, int first) =>
        (ValueGetter<T>)((ref T value) => value = T.CreateTruncating(row.Cells()[first]));

    public override bool CanHold(double cell) => RealNumbers.CanHold<T>(cell);

    public override double Within(double cell, ValueRange range) => RealNumbers.Within<T>(cell, range);

    public override string Expected(bool isRange) => RealNumbers.Expected<T>();

    public override Delegate HidingGetter(DataViewRow row, DataViewSchema.Column source, Func<int, bool> isHidden) =>
        Hiding(row.GetGetter<T>(source), isHidden, T.NaN);
}
