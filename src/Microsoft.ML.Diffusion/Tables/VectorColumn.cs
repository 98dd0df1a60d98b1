using System.Numerics;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A vector of Single or Double of a known size; every slot is a column of the table, and NaN is missing.</summary>
internal sealed class VectorColumn<T>(string name, VectorDataViewType type, DataViewSchema.Column? source) : ViewColumn(name, type)
    where T : struct, IFloatingPointIeee754<T>, IMinMaxValue<T>
{
    // A vector that is made is sparse where more of it are zeros.
    private const double SparseShare = 0.75;

    private readonly string[] _slotNames = SlotNames(name, type.Size, source);

    public override int Width => _slotNames.Length;

    public override IEnumerable<TableColumn> TableColumns => _slotNames.Select(TableColumn.Numeric);

    public override CellReader OpenReader(DataViewRow row, DataViewSchema.Column source, bool learn)
    {
        ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(source);
        VBuffer<T> buffer = default;
        return cells =>
        {
            get(ref buffer);
            ReadOnlySpan<T> values = buffer.GetValues();
            if (buffer.IsDense)
            {
                for (int i = 0; i < values.Length; i++)
                    cells[i] = double.CreateTruncating(values[i]);
                return;
            }

            // What a sparse vector leaves out is an observed zero.
            cells.Clear();
            ReadOnlySpan<int> slots = buffer.GetIndices();
            for (int i = 0; i < values.Length; i++)
                cells[slots[i]] = double.CreateTruncating(values[i]);
        };
    }

    public override Delegate FillingGetter(DataViewRow row, DataViewSchema.Column source, Func<double[]> completed, int first)
    {
        ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(source);
        return (ValueGetter<VBuffer<T>>)Get;

        void Get(ref VBuffer<T> buffer)
        {
            get(ref buffer);
            int i = FirstMissing(buffer.GetValues());
            if (i < 0)
                return;
            double[] cells = completed();
            VBufferEditor<T> editor = VBufferEditor.CreateFromBuffer(ref buffer);
            bool isDense = buffer.IsDense;
            for (; i < editor.Values.Length; i++)
            {
                if (T.IsNaN(editor.Values[i]))
                    editor.Values[i] = T.CreateTruncating(cells[first + (isDense ? i : editor.Indices[i])]);
            }

            buffer = editor.Commit();
        }
    }

    public override Delegate MakingGetter(IMadeRow row, int first)
    {
        return (ValueGetter<VBuffer<T>>)Get;

        void Get(ref VBuffer<T> buffer)
        {
            ReadOnlySpan<double> cells = row.Cells().Slice(first, Width);
            int zeros = cells.Count(0.0);
            bool isSparse = zeros > cells.Length * SparseShare;
            VBufferEditor<T> editor = VBufferEditor.Create(ref buffer, Width, isSparse ? Width - zeros : Width);
            for (int slot = 0, next = 0; slot < cells.Length; slot++)
            {
                if (isSparse && cells[slot] == 0)
                    continue;
                if (isSparse)
                    editor.Indices[next] = slot;
                editor.Values[next++] = T.CreateTruncating(cells[slot]);
            }

            buffer = editor.Commit();
        }
    }

    public override bool CanHold(double cell) => RealNumbers.CanHold<T>(cell);

    public override double Within(double cell, ValueRange range) => RealNumbers.Within<T>(cell, range);

    public override string Expected(bool isRange) => RealNumbers.Expected<T>();

    public override Delegate HidingGetter(DataViewRow row, DataViewSchema.Column source, Func<int, bool> isHidden)
    {
        ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(source);
        VBuffer<T> whole = default;
        return (ValueGetter<VBuffer<T>>)Get;

        void Get(ref VBuffer<T> buffer)
        {
            get(ref whole);
            VBufferEditor<T> editor = VBufferEditor.Create(ref buffer, whole.Length);
            whole.CopyTo(editor.Values);
            for (int slot = 0; slot < editor.Values.Length; slot++)
            {
                if (isHidden(slot))
                    editor.Values[slot] = T.NaN;
            }

            buffer = editor.Commit();
        }
    }

    protected override void WriteDetails(BinaryWriter writer)
    {
        foreach (string slotName in _slotNames)
            writer.Write(slotName);
    }

    protected override void ReadDetails(BinaryReader reader)
    {
        for (int slot = 0; slot < _slotNames.Length; slot++)
            _slotNames[slot] = reader.ReadString();
    }

    private static int FirstMissing(ReadOnlySpan<T> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (T.IsNaN(values[i]))
                return i;
        }

        return -1;
    }

    private static string[] SlotNames(string name, int size, DataViewSchema.Column? source)
    {
        string[] names = [.. Enumerable.Range(0, size).Select(slot => $"{name}.{slot}")];
        if (TextAnnotation.Of(source, "SlotNames") is not { } given)
            return names;
        for (int slot = 0; slot < Math.Min(size, given.Length); slot++)
        {
            if (given[slot].Length > 0)
                names[slot] = $"{name}.{given[slot]}";
        }

        return names;
    }
}
