using System.Collections;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>A cursor over rows with some values made missing.</summary>
internal sealed class AmputedCursor : DataViewRowCursor
{
    private readonly DataViewRowCursor _input;
    private readonly ViewColumn[] _columns;
    private readonly DataViewSchema.Column[] _sources;
    private readonly BitArray _hidden;
    private readonly int _width;

    public AmputedCursor(DataViewRowCursor input, ViewColumn[] columns, DataViewSchema.Column[] sources, BitArray hidden)
    {
        _input = input;
        _columns = columns;
        _sources = sources;
        _hidden = hidden;
        _width = columns.Sum(column => column.Width);
    }

    public override DataViewSchema Schema => _input.Schema;

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override bool MoveNext() => _input.MoveNext();

    public override bool IsColumnActive(DataViewSchema.Column column) => _input.IsColumnActive(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        int index = Array.FindIndex(_sources, source => source.Index == column.Index);
        if (index < 0)
            return CurrentRow.Checked(_input, _input.GetGetter<TValue>(column));
        int first = _columns.Take(index).Sum(before => before.Width);
        Delegate get = _columns[index].HidingGetter(_input, column, slot => _hidden[(int)(_input.Position * _width) + first + slot]);
        ValueGetter<TValue> typed = get as ValueGetter<TValue> ?? throw new InvalidOperationException(
            $"Column '{column.Name}' is {column.Type}, which cannot be read as {typeof(TValue).Name}.");
        return CurrentRow.Checked(_input, typed);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _input.Dispose();
        base.Dispose(disposing);
    }
}
