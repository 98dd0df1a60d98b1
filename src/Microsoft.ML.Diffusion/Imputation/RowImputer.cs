using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>Completes the current row of a view, once however many columns ask, and not before one does.</summary>
internal sealed class RowImputer
{
    private readonly DiffusionImputeTransformer _transformer;
    private readonly DataViewRow _row;
    private readonly TableReader _reader;
    private readonly ValueGetter<DataViewRowId> _getId;
    private readonly double[] _cells;
    private readonly double[] _completed;
    private long _position = -1;

    public RowImputer(DiffusionImputeTransformer transformer, DataViewSchema.Column[] sources, DataViewRow row)
    {
        _transformer = transformer;
        _row = row;
        _reader = new TableReader(transformer.ViewColumns, sources, row);
        _getId = row.GetIdGetter();
        _cells = new double[transformer.Model.Columns.Count];
        _completed = new double[_cells.Length];
    }

    /// <summary>The cells of the current row without missing ones.</summary>
    public double[] Completed()
    {
        if (_position == _row.Position)
            return _completed;
        _reader.Read(_cells);

        // An infinity says nothing about the other cells.
        foreach (ref double cell in _cells.AsSpan())
        {
            if (double.IsInfinity(cell))
                cell = double.NaN;
        }

        DataViewRowId id = default;
        _getId(ref id);
        _transformer.Complete(_cells, _completed, id);
        _position = _row.Position;
        return _completed;
    }
}
