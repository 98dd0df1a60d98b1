using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Series.Imputation;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;

/// <summary>Fills each picture of a series as it comes, from it and those that are seen beside it: time and memory of a step do not grow
/// with the series.</summary>
internal sealed class PictureStream(PictureImputer imputer, SeriesRequest request, double[] statics) : SeriesStream
{
    private readonly List<double> _times = [], _cells = [];

    /// <inheritdoc/>
    public override void Append(double time, ReadOnlySpan<double> cells, Span<double> completed, Span<CellUncertainty> uncertainties)
    {
        if (_times.Count == PictureNetwork.Beside)
        {
            _times.RemoveAt(0);
            _cells.RemoveRange(0, cells.Length);
        }
        _times.Add(time);
        _cells.AddRange(cells);
        var series = new Data.Series([.. _times], [.. _cells]) { Statics = statics };
        double[] all = new double[_cells.Count];
        var sure = new CellUncertainty[uncertainties.IsEmpty ? 0 : all.Length];
        (sure.Length == 0 ? request with { Coverage = null } : request).Answer(imputer, series, all, sure);
        all.AsSpan(^cells.Length..).CopyTo(completed);
        if (!uncertainties.IsEmpty)
            sure.AsSpan(^cells.Length..).CopyTo(uncertainties);
    }
}
