using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Series.Views;

/// <summary>The filled cells of the current row of a view: those of one step, or of all steps of a series. They are made when they are
/// first asked for, once however many columns ask.</summary>
internal abstract class CurrentCells(DataViewRow row)
{
    private long _position = -1;

    /// <summary>The cells, step after step.</summary>
    public double[] Completed { get; protected set; } = [];

    /// <summary>How sure each is; empty where nobody asks.</summary>
    public CellUncertainty[] Uncertainties { get; protected set; } = [];

    /// <summary>The row, or a cursor.</summary>
    protected DataViewRow Row => row;

    /// <summary>Makes the cells of the current row, unless they are made.</summary>
    public void Bring()
    {
        if (_position == row.Position)
            return;
        Make();
        _position = row.Position;
    }

    /// <summary>Makes the cells of the current row.</summary>
    protected abstract void Make();
}
