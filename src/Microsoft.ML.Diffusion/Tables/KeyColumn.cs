using System.Globalization;
using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A column of keys; 0 is missing. The keys that occur in training are the categories.</summary>
internal sealed class KeyColumn<T>(string name, KeyDataViewType type, DataViewSchema.Column? source) : CategoryColumn<ulong>(name, type)
    where T : struct, IBinaryInteger<T>, IUnsignedNumber<T>
{
    // Null where the column has no such annotation.
    private string[]? _keyValues = TextAnnotation.Of(source, "KeyValues");

    protected override IComparer<ulong> Order => Comparer<ulong>.Default;

    public override CellReader OpenReader(DataViewRow row, DataViewSchema.Column source, bool learn)
    {
        ValueGetter<T> get = row.GetGetter<T>(source);
        T value = default;
        return cells =>
        {
            get(ref value);
            ulong key = ulong.CreateTruncating(value);
            cells[0] = key == 0 ? double.NaN : CodeOf(key, learn);
        };
    }

    public override Delegate FillingGetter(DataViewRow row, DataViewSchema.Column source, Func<double[]> completed, int first)
    {
        ValueGetter<T> get = row.GetGetter<T>(source);
        return (ValueGetter<T>)Get;

        void Get(ref T key)
        {
            get(ref key);
            if (T.IsZero(key) && completed()[first] is >= 0 and double code)
                key = T.CreateTruncating(Categories[(int)code]);
        }
    }

    public override Delegate MakingGetter(IMadeRow row, int first) =>
        (ValueGetter<T>)((ref T key) => key = row.Cells()[first] is >= 0 and double code ? T.CreateTruncating(Categories[(int)code])
            : T.Zero);

    public override Delegate HidingGetter(DataViewRow row, DataViewSchema.Column source, Func<int, bool> isHidden) =>
        Hiding(row.GetGetter<T>(source), isHidden, T.Zero);

    // The same number must stand for the same thing.
    protected override void RefuseOtherValues(DataViewSchema.Column column)
    {
        if (_keyValues is null || TextAnnotation.Of(column, "KeyValues") is not { } values)
            return;
        for (int i = 0; i < Math.Min(values.Length, _keyValues.Length); i++)
        {
            if (!string.Equals(values[i], _keyValues[i], StringComparison.Ordinal))
                throw new ArgumentException(
                    $"Key {i + 1} of column '{Name}' stands for '{values[i]}', but stood for '{_keyValues[i]}' when the model was trained.",
                    nameof(column));
        }
    }

    protected override string NameOf(ulong category) =>
        _keyValues is not null && category <= (ulong)_keyValues.Length
            ? _keyValues[category - 1]
            : category.ToString(CultureInfo.InvariantCulture);

    protected override void WriteDetails(BinaryWriter writer)
    {
        writer.Write(Categories.Count);
        foreach (ulong key in Categories)
            writer.Write(key);
        writer.Write(_keyValues?.Length ?? -1);
        foreach (string value in _keyValues ?? [])
            writer.Write(value);
    }

    protected override void ReadDetails(BinaryReader reader)
    {
        ulong[] keys = reader.ReadItems("keys", static reader => reader.ReadUInt64());
        if (Array.Exists(keys, key => key == 0 || key > type.Count))
            throw FileItems.Damaged($"a key of column '{Name}' is none");
        SetCategories(keys);
        int count = reader.ReadInt32();
        _keyValues = count < 0 ? null : reader.ReadItems(count, "values of keys", static reader => reader.ReadString());
    }
}
