using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Methods.ChainedRidge;

/// <summary>Fills missing cells with ridge regressions, column after column on what the regressions before have filled.</summary>
/// <remarks>Chained equations, van Buuren and Groothuis-Oudshoorn 2011, "mice: multivariate imputation by chained equations in
/// R", with best guesses in place of draws. Categories are regressed one-hot. The regressions of the last sweep are kept, so
/// that new rows can be filled too.</remarks>
public sealed class ChainedRidgeImputer : PredictorImputer
{
    private ChainedRidgeImputer(Fitted fitted)
        : base(fitted)
    {
    }

    /// <summary>Fits the regressions to the observed cells of a table.</summary>
    /// <param name="table">A table with at least one row.</param>
    /// <param name="options">How.</param>
    /// <param name="cancel">Stops the fit within a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="InvalidDataException">The table has no rows, or a cell is infinite.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public static ChainedRidgeImputer Fit(Table table, Options? options = null, CancellationToken cancel = default)
    {
        options ??= new Options();
        int threads = ThreadsOf(options.Threads);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MostRows, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Sweeps, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.Ridge, nameof(options));
        var settings = new RidgeSettings { MostRows = options.MostRows, Sweeps = options.Sweeps, Ridge = options.Ridge };
        return new ChainedRidgeImputer(FitTo(
            table,
            options.Seed,
            (encoder, cells, random, stop) => ChainedRidgePredictor.Fit(encoder, cells, settings, random, threads, stop),
            cancel));
    }

    /// <summary>How a <see cref="ChainedRidgeImputer"/> is fitted.</summary>
    public sealed class Options
    {
        /// <summary>The most rows that are looked at, 1 or more: a random choice of the table's.</summary>
        public int MostRows { get; set; } = new RidgeSettings().MostRows;

        /// <summary>Sweeps over all columns, 1 or more; fewer for very wide tables.</summary>
        public int Sweeps { get; set; } = new RidgeSettings().Sweeps;

        /// <summary>The penalty on squared coefficients, as a share of each input's sum of squares; 0 or more.</summary>
        public double Ridge { get; set; } = new RidgeSettings().Ridge;

        /// <summary>Seed of what is random in the fit.</summary>
        public ulong Seed { get; set; }

        /// <summary>How many threads to use, 1 or more, or null for all; changes no bit of the outcome.</summary>
        public int? Threads { get; set; }
    }
}
