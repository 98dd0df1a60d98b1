using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Series.Views;

/// <summary>The current row as a series of one step: all that a PredictionEngine knows.</summary>
internal sealed class CellsOfOneStep : CurrentCells
{
    private readonly StepReader _reader;
    private readonly SeriesFiller _filler;
    private readonly double[] _cells, _statics;

    /// <param name="row">The row, or a cursor.</param>
    /// <param name="sources">Its columns.</param>
    /// <param name="filler">Fills.</param>
    /// <param name="tellsUncertainty">Whether it is asked how sure cells are.</param>
    public CellsOfOneStep(DataViewRow row, SeriesSources sources, SeriesFiller filler, bool tellsUncertainty)
        : base(row)
    {
        _reader = new StepReader(sources, row);
        _filler = filler;
        _cells = new double[sources.Variables.Length];
        _statics = new double[sources.StaticCount];
        Completed = new double[_cells.Length];
        Uncertainties = new CellUncertainty[tellsUncertainty ? _cells.Length : 0];
    }

    /// <inheritdoc/>
    protected override void Make()
    {
        ulong id = GroupReader.IdOf(_reader.Group(Row.Position).Span);
        double time = _reader.Time(Row.Position);
        _reader.Cells(Row.Position, _cells);
        _reader.Statics(_statics);
        _filler.Fill(new Data.Series([time], _cells) { Statics = _statics }, id, Completed, Uncertainties);
    }
}
