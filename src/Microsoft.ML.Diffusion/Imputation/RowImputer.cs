using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>Completes the current row of a view, once however many columns ask, and not before one does: a block of one row.</summary>
internal sealed class RowImputer
{
    private readonly DiffusionImputeTransformer _transformer;
    private readonly DataViewRow _row;
    private readonly TableReader _reader;
    private readonly ValueGetter<DataViewRowId> _getId;
    private readonly Table _block;
    private readonly double[] _completed;
    private readonly ulong[] _ids = new ulong[1];
    private readonly bool[] _isFixed;
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
        _block = new Table(transformer.Model.Columns, 1);
        _completed = new double[transformer.Model.Columns.Count];
        _isFixed = new bool[_completed.Length];
        _uncertainties = tellsUncertainty ? new CellUncertainty[_completed.Length] : null;
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
        Span<double> cells = _block.Row(0);
        _reader.Read(cells);

        // An infinity says nothing about the other cells.
        foreach (ref double cell in cells)
        {
            if (double.IsInfinity(cell))
                cell = double.NaN;
        }

        DataViewRowId id = default;
        _getId(ref id);
        if (_uncertainties is not null && _transformer.Coverage is { } coverage)
        {
            _transformer.Related?.Determine(cells, _isFixed);
            _transformer.Model.Impute(cells, _completed, _uncertainties, coverage);
            _transformer.Related?.Repair(_completed, _isFixed, rowId: 0);
        }
        else
        {
            // Ids of one view differ in Low unless the view was made from several; then High tells them apart.
            _ids[0] = id.Low ^ (id.High * 0x9E3779B97F4A7C15);
            _transformer.Complete(_block, _ids);
            cells.CopyTo(_completed);
        }

        _position = _row.Position;
        return _completed;
    }
}
