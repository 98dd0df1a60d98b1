using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Imputation;

namespace Microsoft.ML.Diffusion;

public sealed partial class DiffusionImputeEstimator
{
    /// <summary>What a <see cref="DiffusionImputeEstimator"/> is trained with.</summary>
    public sealed class Options : TabularDiffusionModel.Options
    {
        /// <summary>Columns that help to predict what is missing and are not filled in themselves. Default: none.</summary>
        public string[] PredictorColumns { get; set; } = [];

        /// <summary>What a missing value becomes. Default: the best single guess. A draw depends on the row's id, which a
        /// PredictionEngine counts up: asked again, it draws anew.</summary>
        public ImputationMode Mode { get; set; } = ImputationMode.Expectation;

        /// <summary>Whether columns are added that tell how sure every filled-in column `X` is: of numbers `X.Lower` and `X.Upper`, an
        /// interval
        /// that holds the true value with probability <see cref="IntervalCoverage"/>, and `X.StandardDeviation`, all of the type of `X`;
        /// of keys and
        /// texts `X.Probability`, a Single. A value that was there is certain. They hold on cells like those that were observed in
        /// training (split conformal prediction: Lei et al. 2018). Default: false.</summary>
        public bool UncertaintyColumns { get; set; }

        /// <summary>The share of intervals that are to hold the true value, above 0 and below 1. Default: 0.9.</summary>
        public double IntervalCoverage { get; set; } = 0.9;

        /// <summary>How many categories a key or text column may have, 1 or more; rarer ones count as missing. Default: 256,
        /// which covers what people call categories and bounds what a column of identifiers costs.</summary>
        public int MaxCategories { get; set; } = 256;

        /// <summary>How many rows the training keeps in memory, 1 or more; of a view with more, that many are drawn at random as it
        /// is read, each row with the same probability, and the log says so. Null keeps all. Default: 1,000,000, about as many as
        /// the steps of the default training come by (12,000 of 128 rows), so that more would cost memory and teach little.</summary>
        public int? MaxTrainingRows { get; set; } = 1_000_000;

        /// <summary>Seed of the choice of rows, the training and the draws. Null: the seed of the MLContext, and where that has none a
        /// new one
        /// each time.</summary>
        public new int? Seed { get; set; }

        /// <summary>Told how far the training has come, on one of its threads. Default: nobody.</summary>
        public IProgress<TrainingProgress>? Progress { get; set; }

        /// <summary>Stops the training within a second. Default: never.</summary>
        public CancellationToken CancellationToken { get; set; }

        /// <inheritdoc cref="TabularDiffusionModel.Options.Paper"/>
        public static new Options Paper()
        {
            Options options = new();
            options.UsePaper();
            return options;
        }

        /// <inheritdoc cref="TabularDiffusionModel.Options.CsdiT"/>
        public static new Options CsdiT()
        {
            Options options = new();
            options.UseCsdiT();
            return options;
        }

        internal Options Copy() => (Options)MemberwiseClone();

        internal TabularDiffusionModel.Options ForModel(ulong seed)
        {
            TabularDiffusionModel.Options options = Copy();
            options.Seed = seed;
            return options;
        }
    }
}
