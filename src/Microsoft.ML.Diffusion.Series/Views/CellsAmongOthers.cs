using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Series.Views;

/// <summary>The step that a cursor is on, filled in its series, of which all rows of the view were read.</summary>
internal sealed class CellsAmongOthers : CurrentCells
{
    private readonly Lazy<FilledRows> _rows;
    private readonly ValueGetter<DataViewRowId> _getId;
    private readonly bool _tellsUncertainty;

    /// <param name="row">The cursor.</param>
    /// <param name="variables">The cells of a step.</param>
    /// <param name="rows">All rows, filled.</param>
    /// <param name="tellsUncertainty">Whether it is asked how sure cells are.</param>
    public CellsAmongOthers(DataViewRow row, int variables, Lazy<FilledRows> rows, bool tellsUncertainty)
        : base(row)
    {
        _rows = rows;
        _getId = row.GetIdGetter();
        _tellsUncertainty = tellsUncertainty;
        Completed = new double[variables];
        Uncertainties = new CellUncertainty[tellsUncertainty ? variables : 0];
    }

    /// <inheritdoc/>
    protected override void Make()
    {
        DataViewRowId id = default;
        _getId(ref id);
        int place = _rows.Value.Place(Row.Position, id);
        _rows.Value.Cells(place).CopyTo(Completed);
        if (_tellsUncertainty)
            _rows.Value.Uncertainties(place).CopyTo(Uncertainties);
    }
}
