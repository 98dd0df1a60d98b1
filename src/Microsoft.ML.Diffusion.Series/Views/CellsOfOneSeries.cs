using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Series.Views;

/// <summary>The series that the current row holds, filled. Its cells are in the order of its vectors.</summary>
internal sealed class CellsOfOneSeries : CurrentCells
{
    private readonly SeriesInRowReader _reader;
    private readonly SeriesFiller _filler;
    private readonly bool _tellsUncertainty;
    private readonly ValueGetter<DataViewRowId> _getId;

    /// <param name="row">The row, or a cursor.</param>
    /// <param name="sources">Its columns.</param>
    /// <param name="filler">Fills.</param>
    /// <param name="tellsUncertainty">Whether it is asked how sure cells are.</param>
    public CellsOfOneSeries(DataViewRow row, SeriesSources sources, SeriesFiller filler, bool tellsUncertainty)
        : base(row)
    {
        _reader = new SeriesInRowReader(sources, row);
        _filler = filler;
        _tellsUncertainty = tellsUncertainty;
        _getId = row.GetIdGetter();
    }

    /// <inheritdoc/>
    protected override void Make()
    {
        (Data.Series series, int[] slots) = _reader.Read(Row.Position);
        int variables = _reader.Variables, steps = _reader.Slots;
        double[] completed = new double[series.Cells.Length];
        var sure = new CellUncertainty[_tellsUncertainty ? completed.Length : 0];
        DataViewRowId id = default;
        _getId(ref id);
        // Ids of one view differ in Low unless the view was made from several; then High tells them apart.
        _filler.Fill(series, id.Low ^ (id.High * 0x9E3779B97F4A7C15), completed, sure);
        Completed = new double[steps * variables];
        Uncertainties = new CellUncertainty[_tellsUncertainty ? Completed.Length : 0];
        // What is no step stays missing.
        Array.Fill(Completed, double.NaN);
        Array.Fill(Uncertainties, CellUncertainty.Unknown);
        for (int t = 0; t < slots.Length; t++)
        {
            completed.AsSpan(t * variables, variables).CopyTo(Completed.AsSpan(slots[t] * variables));
            if (_tellsUncertainty)
                sure.AsSpan(t * variables, variables).CopyTo(Uncertainties.AsSpan(slots[t] * variables));
        }
    }
}
