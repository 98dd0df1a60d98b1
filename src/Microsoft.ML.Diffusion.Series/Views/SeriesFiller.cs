using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Series.Imputation;

namespace Microsoft.ML.Diffusion.Series.Views;

/// <summary>Fills series with a trained imputer, as a transformer was told to.</summary>
/// <param name="Imputer">The imputer.</param>
/// <param name="Mode">What a missing cell becomes.</param>
/// <param name="Seed">Seed of draws.</param>
/// <param name="Draw">Which draw.</param>
/// <param name="Coverage">The share of intervals that are to hold the true number; null where nobody asks.</param>
/// <param name="MaxGap">The longest gap that is filled; null for any.</param>
internal sealed record SeriesFiller(SeriesImputer Imputer, ImputationMode Mode, ulong Seed, int Draw, double? Coverage, double? MaxGap)
{
    /// <summary>What is asked of a series.</summary>
    public SeriesRequest Request(ulong seriesId) => new(Mode, Seed, seriesId, Draw, Coverage);

    /// <summary>Fills a series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="seriesId">What tells it from others, for draws.</param>
    /// <param name="completed">Receives its cells.</param>
    /// <param name="uncertainties">Receives how sure each is; empty where nobody asks.</param>
    /// <param name="cancel">Stops a method that needs long for a series.</param>
    public void Fill(
        Data.Series series, ulong seriesId, Span<double> completed, Span<CellUncertainty> uncertainties,
        CancellationToken cancel = default)
    {
        if (uncertainties.IsEmpty)
            (Request(seriesId) with { Coverage = null }).Answer(Imputer, series, completed, uncertainties, cancel);
        else
            Request(seriesId).Answer(Imputer, series, completed, uncertainties, cancel);
        if (MaxGap is { } most)
            GapLimit.Apply(most, series, Imputer.Direction, completed, uncertainties);
    }
}
