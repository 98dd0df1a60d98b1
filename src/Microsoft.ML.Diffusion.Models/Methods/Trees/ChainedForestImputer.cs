using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Trees;

/// <summary>Fills missing cells with random forests, column after column on what the forests before have filled: missForest.</summary>
/// <remarks>Stekhoven and Bühlmann 2012, "MissForest: non-parametric missing value imputation for mixed-type data", with two
/// differences: the table is filled with Gaussian conditional means at first, and the forests of the last sweep are kept, so that
/// new rows can be filled too.</remarks>
public sealed class ChainedForestImputer : PredictorImputer
{
    private ChainedForestImputer(Fitted fitted)
        : base(fitted)
    {
    }

    /// <summary>Grows the forests from the observed cells of a table.</summary>
    /// <param name="table">A table with at least one row.</param>
    /// <param name="options">How.</param>
    /// <param name="cancel">Stops the fit within a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="InvalidDataException">The table has no rows, or a cell is infinite.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public static ChainedForestImputer Fit(Table table, Options? options = null, CancellationToken cancel = default)
    {
        options ??= new Options();
        int threads = ThreadsOf(options.Threads);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Trees, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MostRows, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MostRows, 30_000, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Sweeps, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Tried, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Tried, 1, nameof(options));
        TreeSettings settings = TreeSettings.MissForest with
        {
            Trees = options.Trees,
            MostRows = options.MostRows,
            Tried = options.Tried,
            Sweeps = options.Sweeps,
        };
        return new ChainedForestImputer(FitTo(table, options.Seed, Fitting, cancel));

        TreePredictor Fitting(TableEncoder encoder, float[] cells, Philox random, CancellationToken stop)
        {
            var gaussian = GaussianPredictor.Fit(encoder, cells, new GaussianSettings(), random.Fork(0), threads, stop);
            return TreePredictor.Fit(encoder, cells, gaussian, settings, random.Fork(1), threads, stop);
        }
    }

    /// <summary>How a <see cref="ChainedForestImputer"/> is fitted.</summary>
    public sealed class Options
    {
        /// <summary>Trees per column, 1 or more; fewer are grown for very wide tables.</summary>
        public int Trees { get; set; } = 100;

        /// <summary>The most rows that a column's trees are grown from, 1 to 30,000: a random choice of the table's.</summary>
        public int MostRows { get; set; } = new TreeSettings().MostRows;

        /// <summary>Sweeps over all columns, 1 or more.</summary>
        public int Sweeps { get; set; } = 3;

        /// <summary>The share of the inputs that are tried at every node, above 0 and at most 1 (Breiman 2001 and the default
        /// for regression: a third).</summary>
        public double Tried { get; set; } = 1.0 / 3;

        /// <summary>Seed of what is random in the fit.</summary>
        public ulong Seed { get; set; }

        /// <summary>How many threads to use, 1 or more, or null for all; changes no bit of the outcome.</summary>
        public int? Threads { get; set; }
    }
}
