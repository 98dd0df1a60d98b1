using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>A cursor over real rows and then synthetic ones.</summary>
/// <param name="mapper">Passes the real ones on.</param>
/// <param name="activeColumns">The columns asked for.</param>
/// <param name="real">The real ones; null for none.</param>
/// <param name="source">The synthetic ones; null for none.</param>
internal sealed class AugmentedCursor(
    AugmentMapper mapper, DataViewSchema.Column[] activeColumns, DataViewRowCursor? real, SyntheticSource? source) : DataViewRowCursor
{
    private readonly ActiveColumns _active = new(mapper.OutputSchema, activeColumns);
    private readonly SyntheticRowReader? _reader = source is null ? null : new SyntheticRowReader(source.Rows);
    private bool _isReal = real is not null;
    private long _realRows;
    private bool _isDone;

    public override DataViewSchema Schema => mapper.OutputSchema;

    public override long Position => _isDone ? -1 : _isReal ? real!.Position : _realRows + _reader!.Row;

    // Rows of a cursor that is not one of a set come in one batch.
    public override long Batch => _reader is null ? real!.Batch : 0;

    public override bool MoveNext()
    {
        if (_isReal && real!.MoveNext())
        {
            _realRows++;
            return true;
        }

        _isReal = _reader is null;
        _isDone = _reader is null || !_reader.MoveNext();
        return !_isDone;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        _active.Require(column);
        ValueGetter<TValue>? ofReal = real is null ? null : CurrentRow.Checked(real, mapper.Getter<TValue>(real, column));
        if (source is null)
            return ofReal!;
        ValueGetter<TValue> ofSynthetic = source.Getter<TValue>(column, mapper.Weight, _reader!);
        if (ofReal is null)
            return ofSynthetic;
        return (ref TValue value) =>
        {
            if (_isReal)
                ofReal(ref value);
            else
                ofSynthetic(ref value);
        };
    }

    public override ValueGetter<DataViewRowId> GetIdGetter()
    {
        ValueGetter<DataViewRowId>? ofReal = real?.GetIdGetter();
        return (ref DataViewRowId id) =>
        {
            if (_isReal)
                ofReal!(ref id);
            else
                id = new DataViewRowId((ulong)_reader!.Row, source!.Ids);
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            real?.Dispose();
        base.Dispose(disposing);
    }
}
