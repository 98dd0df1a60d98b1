using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Methods.NearestNeighbors;

/// <summary>Fills missing cells with the weighted mean, or the weighted shares, of the nearest rows in which they are known.</summary>
/// <remarks>Troyanskaya et al. 2001, "Missing value estimation methods for DNA microarrays". The distance is over the cells that
/// both rows have: squared differences of numbers as a share of what they are between two random rows, 1 for categories that
/// differ. Neighbours count by the inverse of it.</remarks>
public sealed class NearestNeighborsImputer : PredictorImputer
{
    private NearestNeighborsImputer(Fitted fitted)
        : base(fitted)
    {
    }

    /// <summary>Keeps rows of a table.</summary>
    /// <param name="table">A table with at least one row.</param>
    /// <param name="options">How.</param>
    /// <param name="cancel">Stops the fit within a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="InvalidDataException">The table has no rows, or a cell is infinite.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public static NearestNeighborsImputer Fit(Table table, Options? options = null, CancellationToken cancel = default)
    {
        options ??= new Options();
        int threads = ThreadsOf(options.Threads);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Neighbors, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MostRows, 1, nameof(options));
        var settings = new NeighborSettings { Neighbors = options.Neighbors, MostRows = options.MostRows };
        return new NearestNeighborsImputer(FitTo(
            table,
            options.Seed,
            (encoder, cells, random, stop) => NeighborPredictor.Fit(encoder, cells, settings, random, threads, stop),
            cancel));
    }

    /// <summary>How a <see cref="NearestNeighborsImputer"/> is fitted.</summary>
    public sealed class Options
    {
        /// <summary>How many neighbours a guess is made of, 1 or more.</summary>
        public int Neighbors { get; set; } = new NeighborSettings().Neighbors;

        /// <summary>The most rows that are kept, 1 or more: a random choice of the table's.</summary>
        public int MostRows { get; set; } = new NeighborSettings().MostRows;

        /// <summary>Seed of what is random in the fit.</summary>
        public ulong Seed { get; set; }

        /// <summary>How many threads to use, 1 or more, or null for all; changes no bit of the outcome.</summary>
        public int? Threads { get; set; }
    }
}
