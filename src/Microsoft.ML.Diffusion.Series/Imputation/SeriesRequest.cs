using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Series.Imputation;

/// <summary>What is asked about the missing cells of a series.</summary>
/// <param name="Mode">The best single guess, or a draw.</param>
/// <param name="Seed">Seed of draws.</param>
/// <param name="SeriesId">What tells the series from others, for draws.</param>
/// <param name="Draw">Which draw, from 0.</param>
/// <param name="Coverage">The share of intervals that are to hold the true number; null where nobody asks how sure a cell is.</param>
internal readonly record struct SeriesRequest(ImputationMode Mode, ulong Seed, ulong SeriesId, int Draw, double? Coverage)
{
    /// <summary>Answers it.</summary>
    /// <param name="imputer">Fills.</param>
    /// <param name="series">The series.</param>
    /// <param name="completed">Receives the cells.</param>
    /// <param name="uncertainties">Receives how sure each is; empty where there is no <see cref="Coverage"/>.</param>
    /// <param name="cancel">Stops a method that needs long for a series.</param>
    public void Answer(
        SeriesImputer imputer, Data.Series series, Span<double> completed, Span<CellUncertainty> uncertainties,
        CancellationToken cancel = default)
    {
        if (Mode == ImputationMode.Draw)
            imputer.Draw(series, completed, Seed, SeriesId, Draw, cancel);
        else if (Coverage is { } coverage)
            imputer.Impute(series, completed, uncertainties, coverage, cancel);
        else
            imputer.Impute(series, completed, cancel);
    }
}
