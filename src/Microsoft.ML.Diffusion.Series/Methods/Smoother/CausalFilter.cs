namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>What a smoother says of a step from its observed cells and those of the steps before: variables that are told nothing of each
/// other are filtered one by one.</summary>
internal sealed class CausalFilter
{
    private readonly SeriesCovariance _covariance;
    private readonly StateFilter[] _filters;

    /// <param name="covariance">The covariance of all cells.</param>
    /// <param name="alone">That of each variable, where variables are told nothing of each other; else empty.</param>
    public CausalFilter(SeriesCovariance covariance, SeriesCovariance[] alone)
    {
        _covariance = covariance;
        _filters = alone.Length == 0 ? [new StateFilter(covariance)] : Array.ConvertAll(alone, own => new StateFilter(own));
    }

    /// <summary>Adds a step.</summary>
    /// <param name="time">Its time, after that of the step before.</param>
    /// <param name="cells">Its cells, nearly normal numbers; NaN is missing.</param>
    /// <param name="means">Receives the mean of every cell.</param>
    /// <param name="variances">Receives the variances, of missing cells with their noise; empty where they are not wanted.</param>
    public void Append(double time, ReadOnlySpan<double> cells, Span<double> means, Span<double> variances)
    {
        int each = cells.Length / _filters.Length;
        for (int i = 0; i < _filters.Length; i++)
        {
            Range own = (i * each)..((i + 1) * each);
            _filters[i].Append(time, cells[own], means[own], variances.IsEmpty ? [] : variances[own]);
        }
        for (int v = 0; v < variances.Length; v++)
            variances[v] += double.IsNaN(cells[v]) ? _covariance.Noise[v] : 0;
    }
}
