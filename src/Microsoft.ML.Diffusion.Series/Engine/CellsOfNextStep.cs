using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Series.Views;

namespace Microsoft.ML.Diffusion.Series.Engine;

/// <summary>The current row as the next step of its series.</summary>
internal sealed class CellsOfNextStep : CurrentCells
{
    private readonly StepReader _reader;
    private readonly SeriesFiller _filler;
    private readonly Dictionary<string, SeriesState> _states;
    private readonly double[] _cells, _statics;

    /// <param name="row">The row.</param>
    /// <param name="sources">Its columns.</param>
    /// <param name="filler">Fills.</param>
    /// <param name="tellsUncertainty">Whether it is asked how sure cells are.</param>
    /// <param name="states">The series so far, by name; a new one is added to it.</param>
    public CellsOfNextStep(
        DataViewRow row, SeriesSources sources, SeriesFiller filler, bool tellsUncertainty, Dictionary<string, SeriesState> states)
        : base(row)
    {
        _reader = new StepReader(sources, row);
        _filler = tellsUncertainty ? filler : filler with { Coverage = null };
        _states = states;
        _cells = new double[sources.Variables.Length];
        _statics = new double[sources.StaticCount];
        Completed = new double[_cells.Length];
        Uncertainties = new CellUncertainty[tellsUncertainty ? _cells.Length : 0];
    }

    /// <inheritdoc/>
    protected override void Make()
    {
        ReadOnlySpan<char> name = _reader.Group(Row.Position).Span;
        double time = _reader.Time(Row.Position);
        _reader.Cells(Row.Position, _cells);
        if (!_states.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out SeriesState? state))
        {
            _reader.Statics(_statics);
            state = new SeriesState(_filler, name.ToString(), [.. _statics]);
            _states.Add(name.ToString(), state);
        }
        state.Append(time, _cells, Completed, Uncertainties);
    }
}
