using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Trees;

/// <summary>Fills missing cells with extremely randomised trees, per column, of all other columns.</summary>
/// <remarks>Geurts, Ernst and Wehenkel 2006, "Extremely randomized trees". Missing inputs are filled with Gaussian conditional
/// means given the row without the target, while fitting as for new rows; a second set of trees does the same with the guesses
/// of the first.</remarks>
public sealed class ExtraTreesImputer : PredictorImputer
{
    private ExtraTreesImputer(Fitted fitted)
        : base(fitted)
    {
    }

    /// <summary>Grows the trees from the observed cells of a table.</summary>
    /// <param name="table">A table with at least one row.</param>
    /// <param name="options">How.</param>
    /// <param name="cancel">Stops the fit within a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="InvalidDataException">The table has no rows, or a cell is infinite.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public static ExtraTreesImputer Fit(Table table, Options? options = null, CancellationToken cancel = default)
    {
        options ??= new Options();
        int threads = ThreadsOf(options.Threads);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Trees, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MostRows, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MostRows, 30_000, nameof(options));
        var settings = new TreeSettings
        {
            Trees = options.Trees,
            MostRows = options.MostRows,
        };
        return new ExtraTreesImputer(FitTo(table, options.Seed, Fitting, cancel));

        TreePredictor Fitting(TableEncoder encoder, float[] cells, Philox random, CancellationToken stop)
        {
            var gaussian = GaussianPredictor.Fit(encoder, cells, new GaussianSettings(), random.Fork(0), threads, stop);
            return TreePredictor.Fit(encoder, cells, gaussian, settings, random.Fork(1), threads, stop);
        }
    }

    /// <summary>How a <see cref="ExtraTreesImputer"/> is fitted.</summary>
    public sealed class Options
    {
        /// <summary>Trees per column, 1 or more; fewer are grown for very wide tables.</summary>
        public int Trees { get; set; } = 50;

        /// <summary>The most rows that a column's trees are grown from, 1 to 30,000: a random choice of the table's.</summary>
        public int MostRows { get; set; } = new TreeSettings().MostRows;

        /// <summary>Seed of what is random in the fit.</summary>
        public ulong Seed { get; set; }

        /// <summary>How many threads to use, 1 or more, or null for all; changes no bit of the outcome.</summary>
        public int? Threads { get; set; }
    }
}
