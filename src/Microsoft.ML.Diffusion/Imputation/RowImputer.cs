using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Imputation;
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
    private readonly CellUncertainty[]? _uncertainties;
    private long _position = -1;

    /// <param name="transformer">What completes.</param>
    /// <param name="sources">The columns that it reads.</param>
    /// <param name="row">The row, or a cursor.</param>
    /// <param name="tellsUncertainty">Whether <see cref="Uncertainties"/> will be called.</param>
    public RowImputer(DiffusionImputeTransformer transformer, DataViewSchema.Column[] sources, DataViewRow row, bool tellsUncertainty)
    {
        _transformer = transformer;
        _row = row;
        _reader = new TableReader(transformer.ViewColumns, sources, row);
        _getId = row.GetIdGetter();
        _cells = new double[transformer.Model.Columns.Count];
        _completed = new double[_cells.Length];
        _uncertainties = tellsUncertainty ? new CellUncertainty[_cells.Length] : null;
    }

    /// <summary>How sure the cells of the current row are.</summary>
    public CellUncertainty[] Uncertainties()
    {
        Completed();
        return _uncertainties!;
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
        _transformer.Complete(_cells, _completed, _uncertainties, id);
        _position = _row.Position;
        return _completed;
    }
}
