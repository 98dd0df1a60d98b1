using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tables.Cells;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A column of numbers that are names of things, such as codes: its values are categories. Whole numbers of 64 bits are read so
/// too until their role is known, since a table's cells are exact up to 2^53 only.</summary>
internal sealed class ValueColumn<T>(string name, DataViewType type, CellType<T> cells) : CategoryColumn<T>(name, type, cells.Equality)
    where T : notnull
{
    public override ColumnForm Form => ColumnForm.Values;

    public override bool CanBeMissing => Type.RawType == typeof(float) || Type.RawType == typeof(double);

    protected override IComparer<T> Order => cells.Order;

    public override string TextOf(double cell) => cells.ToText(Categories[(int)cell]);

    public override CellReader OpenReader(DataViewRow row, DataViewSchema.Column source, bool learn)
    {
        ValueGetter<T> get = row.GetGetter<T>(source);
        T value = default!;
        return row =>
        {
            get(ref value);
            row[0] = cells.IsMissing(value) ? double.NaN : CodeOf(value, learn);
        };
    }

    public override Delegate FillingGetter(DataViewRow row, DataViewSchema.Column source, Func<double[]> completed, int first)
    {
        ValueGetter<T> get = row.GetGetter<T>(source);
        return (ValueGetter<T>)Get;

        void Get(ref T value)
        {
            get(ref value);
            if (cells.IsMissing(value) && completed()[first] is >= 0 and double code)
                value = Categories[(int)code];
        }
    }

    public override Delegate MakingGetter(IMadeRow row, int first) =>
        (ValueGetter<T>)((ref T value) => value = row.Cells()[first] is >= 0 and double code ? Categories[(int)code] : cells.Missing);

    public override Delegate HidingGetter(DataViewRow row, DataViewSchema.Column source, Func<int, bool> isHidden) =>
        Hiding(row.GetGetter<T>(source), isHidden, cells.Missing);

    /// <summary>Learns from cells that were read as numbers.</summary>
    /// <returns>The code of a number.</returns>
    public override Func<double, double> LearnNumbers(IEnumerable<double> numbers)
    {
        foreach (double number in numbers)
        {
            if (double.IsNaN(number))
                continue;
            CodeOf(cells.Parse(cells.TextOf(number)), learn: true);
        }

        return number => CodeOf(cells.Parse(cells.TextOf(number)), learn: false);
    }

    protected override string NameOf(T category) => cells.ToText(category);

    protected override void WriteDetails(BinaryWriter writer)
    {
        writer.Write(Categories.Count);
        foreach (T category in Categories)
            writer.Write(cells.ToText(category));
    }

    protected override void ReadDetails(BinaryReader reader) =>
        SetCategories(reader.ReadItems("categories", reader => cells.Parse(reader.ReadString())));
}
