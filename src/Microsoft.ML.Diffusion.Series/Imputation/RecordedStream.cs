using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Series.Imputation;

/// <summary>Keeps all steps and fills the whole series again for each new one: right for every causal imputer, and slower the longer the
/// series is.</summary>
internal sealed class RecordedStream(SeriesImputer imputer, SeriesRequest request, double[] statics) : SeriesStream
{
    private readonly List<double> _times = [], _cells = [];

    /// <inheritdoc/>
    public override void Append(double time, ReadOnlySpan<double> cells, Span<double> completed, Span<CellUncertainty> uncertainties)
    {
        _times.Add(time);
        foreach (double cell in cells)
            _cells.Add(cell);
        var series = new Data.Series([.. _times], [.. _cells]) { Statics = statics };
        double[] all = new double[_cells.Count];
        var sure = new CellUncertainty[uncertainties.IsEmpty ? 0 : all.Length];
        request.Answer(imputer, series, all, sure);
        all.AsSpan(^cells.Length..).CopyTo(completed);
        if (!uncertainties.IsEmpty)
            sure.AsSpan(^cells.Length..).CopyTo(uncertainties);
    }
}
