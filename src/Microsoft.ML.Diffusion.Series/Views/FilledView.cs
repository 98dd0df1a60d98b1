using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Series.Views;

/// <summary>A view with the missing values of its series filled in. Where a row is a step, all rows are read and filled once, when a
/// filled-in value is first asked for, and kept; where a row is a series, it is filled as it is read.</summary>
internal sealed class FilledView : IDataView
{
    private readonly IDataView _input;
    private readonly SeriesMapper _mapper;
    private readonly SeriesFiller _filler;
    private readonly Lazy<FilledRows> _rows, _rowsWithUncertainty;

    /// <param name="input">The view.</param>
    /// <param name="mapper">Its columns.</param>
    /// <param name="filler">Fills.</param>
    public FilledView(IDataView input, SeriesMapper mapper, SeriesFiller filler)
    {
        (_input, _mapper, _filler) = (input, mapper, filler);
        _rows = new Lazy<FilledRows>(() => new FilledRows(input, mapper.Sources, filler, tellsUncertainty: false));
        _rowsWithUncertainty = new Lazy<FilledRows>(() => new FilledRows(input, mapper.Sources, filler, tellsUncertainty: true));
    }

    public DataViewSchema Schema => _mapper.OutputSchema;

    // Rows of a series are known by the order in which they come.
    public bool CanShuffle => !IsStepPerRow && _input.CanShuffle;

    private bool IsStepPerRow => _mapper.Sources.Form == SeriesForm.StepPerRow;

    public long? GetRowCount() => _input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return Wrap(needed, _input.GetRowCursor(_mapper.Dependencies(needed, !IsStepPerRow), IsStepPerRow ? null : rand));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        if (IsStepPerRow)
            return [GetRowCursor(needed)];
        DataViewRowCursor[] cursors = _input.GetRowCursorSet(_mapper.Dependencies(needed, allOfSeries: true), n, rand);
        return [.. cursors.Select(cursor => Wrap(needed, cursor))];
    }

    private ImputedCursor Wrap(DataViewSchema.Column[] needed, DataViewRowCursor cursor) =>
        new(new FilledColumns(_mapper, cursor, needed, Open), cursor);

    private CurrentCells Open(DataViewRow row, SeriesMapper mapper, bool tellsUncertainty) => IsStepPerRow
        ? new CellsAmongOthers(row, mapper.Sources.Variables.Length, tellsUncertainty ? _rowsWithUncertainty : _rows, tellsUncertainty)
        : new CellsOfOneSeries(row, mapper.Sources, _filler, tellsUncertainty);
}
