using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tables.Cells;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A column of keys, which nothing is learnt from; rows that are made have new ones.</summary>
internal sealed class FreshKeyColumn<T> : LeftOutColumn<T>
    where T : notnull
{
    private KeyPattern _pattern;
    private KeyFilter? _observed;

    public FreshKeyColumn(string name, DataViewType type, CellType<T> cells, KeyPattern pattern, KeyFilter? observed)
        : base(name, type, cells)
    {
        _pattern = pattern;
        _observed = observed;
    }

    public override ColumnForm Form => ColumnForm.FreshKeys;

    public override void RefuseTooMany(long rows) => MakerFor(rows, 0);

    public override Delegate MakingGetter(IMadeRow row, int first)
    {
        KeyMaker keys = MakerFor(row.Count, row.Seed);
        return (ValueGetter<T>)((ref T value) => value = Cells.Parse(keys.Make(row.Row)));
    }

    protected override void WriteDetails(BinaryWriter writer)
    {
        _pattern.Write(writer);
        writer.Write(_observed is not null);
        _observed?.Write(writer);
    }

    protected override void ReadDetails(BinaryReader reader)
    {
        _pattern = KeyPattern.Read(reader);
        _observed = reader.ReadBoolean() ? KeyFilter.Read(reader, FileItems.BytesLeft(reader)) : null;
    }

    // Numbers are kept where the type holds every whole one.
    private KeyMaker MakerFor(long rows, ulong seed)
    {
        rows = Math.Max(1, rows);
        if (Type is TextDataViewType)
            return new KeyMaker(_pattern, seed, rows, _observed);
        bool hasRoom = _pattern.Kind == KeyKind.Sequence
            ? _pattern.Last + (decimal)rows <= Cells.LargestWhole
            : HasRoom(KeyMaker.LengthFor(_pattern, rows, _observed));
        return hasRoom ? new KeyMaker(_pattern, seed, rows, _observed) : throw ColumnRefusal.Of(
            $"Column '{Name}' is {ColumnTypes.Describe(Type)}, which has no room for {rows} new keys beside those of the training " +
            "rows: make fewer rows, set the option Keys to LeaveEmpty, or convert the column to text before.");
    }

    // As many digits as the largest number has do where they all begin with a smaller one.
    private bool HasRoom(int digits)
    {
        string largest = Cells.LargestWhole.ToString(CultureInfo.InvariantCulture);
        return digits < largest.Length || (digits == largest.Length && _pattern.Mask[0].Fixed != 0 && _pattern.Mask[0].Fixed < largest[0]);
    }
}
