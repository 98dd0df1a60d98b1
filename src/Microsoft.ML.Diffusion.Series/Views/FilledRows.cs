using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Series.Views;

/// <summary>All rows of a view with their series filled. Every series comes out as it does alone, on any number of threads.</summary>
internal sealed class FilledRows
{
    private readonly StepRows _rows;
    private readonly int _variables;
    private readonly CellUncertainty[][]? _uncertainties;
    private readonly Lazy<Dictionary<DataViewRowId, int>> _places;

    /// <param name="view">The view.</param>
    /// <param name="sources">Its columns.</param>
    /// <param name="filler">Fills.</param>
    /// <param name="tellsUncertainty">Whether it is asked how sure cells are.</param>
    /// <param name="cancel">Stops the work.</param>
    public FilledRows(
        IDataView view, SeriesSources sources, SeriesFiller filler, bool tellsUncertainty, CancellationToken cancel = default)
    {
        _rows = new StepRows(view, sources, refusesInfinities: false, cancel);
        _variables = sources.Variables.Length;
        _uncertainties = tellsUncertainty ? new CellUncertainty[_rows.RowCount][] : null;
        _places = new Lazy<Dictionary<DataViewRowId, int>>(
            () => Enumerable.Range(0, _rows.RowCount).ToDictionary(row => _rows.IdOf(row)));
        ParallelLoop.Run(_rows.GroupCount, group => Fill(group, filler, cancel), cancel: cancel);
    }

    /// <summary>How many rows there are.</summary>
    public int Count => _rows.RowCount;

    /// <summary>Which row a cursor is on.</summary>
    /// <param name="position">How many rows it passed.</param>
    /// <param name="id">The row's id.</param>
    /// <exception cref="InvalidOperationException">The row was not there when the view was read.</exception>
    public int Place(long position, DataViewRowId id)
    {
        // A view may give its rows in another order each time, such as one that shuffles them.
        if (position < Count && _rows.IdOf((int)position).Equals(id))
            return (int)position;
        return _places.Value.TryGetValue(id, out int row) ? row : throw new InvalidOperationException(
            "The view has other rows than when its series were filled; give it to ml.Data.Cache first, or transform it anew.");
    }

    /// <summary>The variables of a row.</summary>
    public ReadOnlySpan<double> Cells(int row) => _rows[row];

    /// <summary>How sure they are.</summary>
    public ReadOnlySpan<CellUncertainty> Uncertainties(int row) => _uncertainties![row];

    private void Fill(int group, SeriesFiller filler, CancellationToken cancel)
    {
        Data.Series series = _rows.SeriesOf(group, filler.Imputer.Direction);
        double[] completed = new double[series.Cells.Length];
        var sure = new CellUncertainty[_uncertainties is null ? 0 : completed.Length];
        filler.Fill(series, GroupReader.IdOf(_rows.NameOf(group)), completed, sure, cancel);
        ReadOnlySpan<int> rows = _rows.RowsOf(group);
        for (int t = 0; t < rows.Length; t++)
        {
            completed.AsSpan(t * _variables, _variables).CopyTo(_rows[rows[t]]);
            if (_uncertainties is not null)
                _uncertainties[rows[t]] = sure.AsSpan(t * _variables, _variables).ToArray();
        }
    }
}
