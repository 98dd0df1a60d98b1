using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Imputation;

/// <summary>The random numbers of a series: those of a step depend on its time, and not on what steps there are before it.</summary>
/// <param name="seed">Seed of the draws.</param>
/// <param name="seriesId">What tells the series from others.</param>
/// <param name="draw">Which draw, from 0.</param>
internal readonly struct SeriesRandom(ulong seed, ulong seriesId, int draw)
{
    private readonly Philox _ofSeries = new Philox(seed, seriesId).Fork((ulong)draw);

    /// <summary>Those of the step of a time.</summary>
    public Philox At(double time) => _ofSeries.Fork(BitConverter.DoubleToUInt64Bits(time));
}
