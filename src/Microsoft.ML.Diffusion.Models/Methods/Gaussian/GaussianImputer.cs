using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Methods.Gaussian;

/// <summary>Fills missing cells with their conditional mean under one multivariate normal distribution over numbers and
/// one-hot categories.</summary>
/// <remarks>Fitted by expectation maximisation on incomplete rows: Dempster, Laird and Rubin 1977, "Maximum likelihood from
/// incomplete data via the EM algorithm", section 4.1. Linear in the observed cells and hard to beat where relations are.</remarks>
public sealed class GaussianImputer : PredictorImputer
{
    private GaussianImputer(Fitted fitted)
        : base(fitted)
    {
    }

    /// <summary>Fits the distribution to the observed cells of a table.</summary>
    /// <param name="table">A table with at least one row.</param>
    /// <param name="options">How.</param>
    /// <param name="cancel">Stops the fit within a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="InvalidDataException">The table has no rows, or a cell is infinite.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public static GaussianImputer Fit(Table table, Options? options = null, CancellationToken cancel = default)
    {
        options ??= new Options();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MostRows, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.Ridge, nameof(options));
        int threads = ThreadsOf(options.Threads);
        var settings = new GaussianSettings { MostRows = options.MostRows, Ridge = options.Ridge };
        return new GaussianImputer(FitTo(
            table,
            options.Seed,
            (encoder, cells, random, stop) => GaussianPredictor.Fit(encoder, cells, settings, random, threads, stop),
            cancel));
    }

    /// <summary>How a <see cref="GaussianImputer"/> is fitted.</summary>
    public sealed class Options
    {
        /// <summary>The most rows that are looked at, a random choice of the table's.</summary>
        public int MostRows { get; set; } = new GaussianSettings().MostRows;

        /// <summary>How many rows without any correlation are taken to have been seen too, per dimension: what keeps the
        /// distribution well conditioned. 0 or more.</summary>
        public double Ridge { get; set; } = new GaussianSettings().Ridge;

        /// <summary>Seed of the choice of rows.</summary>
        public ulong Seed { get; set; }

        /// <summary>How many threads to use, or null for all; changes no bit of the outcome.</summary>
        public int? Threads { get; set; }
    }
}
