using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.ChainedRidge;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.CsdiT;
using Microsoft.ML.Diffusion.Models.Methods.ExtraTrees;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;
using Microsoft.ML.Diffusion.Models.Methods.MissDiff;
using Microsoft.ML.Diffusion.Models.Methods.MissForest;
using Microsoft.ML.Diffusion.Models.Methods.NearestNeighbors;
using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion;

public sealed partial class DiffusionImputeEstimator
{
    /// <summary>What a <see cref="DiffusionImputeEstimator"/> is trained with.</summary>
    public sealed class Options
    {
        /// <summary>How rows are learned and filled: the options of one method, such as <see cref="ConditionalOptions"/>,
        /// <see cref="MissDiffOptions"/>, <see cref="CsdiTOptions"/>, or of a baseline, such as <see cref="MissForestOptions"/>. Default: a
        /// new <see cref="ConditionalOptions"/>.</summary>
        /// <remarks><see cref="ImputerOptions.Seed"/> is set from <see cref="Seed"/>; leave it alone.</remarks>
        public ImputerOptions Method { get; set; } = new ConditionalOptions();

        /// <summary>Columns that help to predict what is missing and are not filled in themselves. Default: none.</summary>
        public string[] PredictorColumns { get; set; } = [];

        /// <summary>What a missing value becomes. Default: the best single guess. A draw depends on the row's id, which a
        /// PredictionEngine counts up: asked again, it draws anew.</summary>
        public ImputationMode Mode { get; set; } = ImputationMode.Expectation;

        /// <summary>Whether columns are added that tell how sure every filled-in column `X` is: of numbers `X.Lower` and `X.Upper`, an
        /// interval that holds the true value with probability <see cref="IntervalCoverage"/>, and `X.StandardDeviation`, all of the type
        /// of `X`; of keys and texts `X.Probability`, a Single. A value that was there is certain. They hold on cells like those that were
        /// observed in training (split conformal prediction: Lei et al. 2018), and need a <see cref="Method"/> that
        /// <see cref="ImputerOptions.TellsUncertainty">can tell</see>. Default: false.</summary>
        public bool UncertaintyColumns { get; set; }

        /// <summary>The share of intervals that are to hold the true value, above 0 and below 1. Default: 0.9.</summary>
        public double IntervalCoverage { get; set; } = 0.9;

        /// <summary>Whether a column `X.Missing` is added for every filled-in column `X`, which tells what was missing: a Boolean, or
        /// for a vector a vector of Booleans. A model that is trained on the filled rows can so learn from the missingness itself.
        /// Default: false.</summary>
        public bool AddIndicators { get; set; }

        /// <summary>How many categories a key or text column may have, 1 or more; rarer ones count as missing. Default: 100,000,
        /// which bounds what a column of identifiers costs. More than 256 are learnt as groups of categories that go together with
        /// like values of the other columns, which decide within a group.</summary>
        public int MaxCategories { get; set; } = 100_000;

        /// <summary>How many rows the training keeps in memory, 1 or more; of a view with more, that many are drawn at random as it
        /// is read, each row with the same probability, and the log says so. Null keeps all. Default: 1,000,000, about as many as
        /// the steps of the default training come by (12,000 of 128 rows), so that more would cost memory and teach little.</summary>
        public int? MaxTrainingRows { get; set; } = 1_000_000;

        /// <summary>What columns are, as far as it is known: dates, amounts, codes, keys. What is not in it is found from the rows, told
        /// to the log, and saved with the model. Texts that it lists as missing marks are filled in. Default: null, for nothing.</summary>
        /// <example><code>
        /// ColumnRoles roles = ml.Data.InferColumnRoles(rows).With("Zip", ColumnRole.Code);
        /// var estimator = ml.Transforms.DiffusionImpute(["Visit", "Zip"], new() { Roles = roles });
        /// </code></example>
        public ColumnRoles? Roles { get; set; }

        /// <summary>Whether the roles of columns that <see cref="Roles"/> does not name are found from the rows. Without, texts and keys
        /// are categories and numbers numbers. Default: true.</summary>
        public bool InferRoles { get; set; } = true;

        /// <summary>Whether relations between columns that hold in every training row, such as <c>start &lt;= end</c> or
        /// <c>city -> state</c>, are found and made to hold in rows that are filled in. Default: true.</summary>
        public bool FindRelations { get; set; } = true;

        /// <summary>Relations given by hand, such as <c>start &lt;= end</c>, <c>total = price * qty</c> or <c>city -> state</c>; names with
        /// blanks in backquotes or square brackets. A rule that training rows break is refused. Default: none.</summary>
        public string[] Rules { get; set; } = [];

        /// <summary>Seed of the choice of rows, the training and the draws. Null: the seed of the MLContext, and where that has none a
        /// new one each time.</summary>
        public int? Seed { get; set; }

        /// <summary>Told how far the training has come, on one of its threads. Default: nobody.</summary>
        public IProgress<TrainingProgress>? Progress { get; set; }

        /// <summary>Stops the training within a second. Default: never.</summary>
        public CancellationToken CancellationToken { get; set; }

        /// <inheritdoc cref="MissDiffOptions.Paper"/>
        public static Options Paper() => MissDiff();

        /// <inheritdoc cref="MissDiffOptions.Paper"/>
        public static Options MissDiff() => new() { Method = MissDiffOptions.Paper() };

        /// <inheritdoc cref="CsdiTOptions.Paper"/>
        public static Options CsdiT() => new() { Method = CsdiTOptions.Paper() };

        /// <summary>The baseline missForest: <see cref="MissForestOptions"/>.</summary>
        public static Options MissForest() => new() { Method = new MissForestOptions() };

        /// <summary>The baseline extremely randomised trees: <see cref="ExtraTreesOptions"/>.</summary>
        public static Options ExtraTrees() => new() { Method = new ExtraTreesOptions() };

        /// <summary>The baseline multivariate normal distribution: <see cref="GaussianOptions"/>.</summary>
        public static Options Gaussian() => new() { Method = new GaussianOptions() };

        /// <summary>The baseline chained ridge regressions: <see cref="ChainedRidgeOptions"/>.</summary>
        public static Options ChainedRidge() => new() { Method = new ChainedRidgeOptions() };

        /// <summary>The baseline nearest neighbours: <see cref="NearestNeighborsOptions"/>.</summary>
        public static Options NearestNeighbors() => new() { Method = new NearestNeighborsOptions() };

        /// <summary>The simplest baseline, mean and mode: <see cref="MeanModeOptions"/>.</summary>
        public static Options MeanMode() => new() { Method = new MeanModeOptions() };

        /// <summary>Refuses impossible values and contradictions, as the estimator's constructor does.</summary>
        /// <exception cref="ArgumentException">There is one; the message is one sentence.</exception>
        public void Validate()
        {
            Refuse(
                Method is null,
                nameof(Method),
                "Method is null; the options of a method were expected, such as new ConditionalOptions().");
            Refuse(PredictorColumns?.Contains(null!) != false, nameof(PredictorColumns),
                "PredictorColumns is null or has a null in it; names of columns were expected.");
            Refuse(!Enum.IsDefined(Mode), nameof(Mode), $"Mode is {Mode}; it must be Expectation or Draw.");
            Refuse(
                Rules?.Contains(null!) != false,
                nameof(Rules),
                "Rules is null or has a null in it; rules such as \"start <= end\" were expected.");
            Refuse(MaxCategories < 1, nameof(MaxCategories), $"MaxCategories is {MaxCategories}; it must be 1 or more.");
            Refuse(
                MaxTrainingRows < 1,
                nameof(MaxTrainingRows),
                $"MaxTrainingRows is {MaxTrainingRows}; it must be 1 or more, or null to keep all rows.");
            Refuse(
                Method!.Seed != 0,
                nameof(Method),
                "The Seed of the method is set by that of the estimator's options; set Options.Seed.");
            Method.Validate();
            Refuse(
                Mode == ImputationMode.Draw && Method is ConditionalOptions { Draws: false },
                nameof(Mode),
                "The Mode Draw needs the network that draws, and the option Draws of the method is false.");
            if (UncertaintyColumns)
                ValidateUncertainty();
        }

        internal Options Copy()
        {
            var copy = (Options)MemberwiseClone();
            copy.Method = Method?.Copy()!;
            return copy;
        }

        private void ValidateUncertainty()
        {
            Refuse(
                Mode != ImputationMode.Expectation,
                nameof(UncertaintyColumns),
                "UncertaintyColumns tell how sure the best guess is: they need the Mode Expectation.");
            Refuse(
                !Method.Registration.Can(ImputationAbilities.Uncertainty),
                nameof(UncertaintyColumns),
                "UncertaintyColumns need a method that learns on held-back cells how sure it is, and " +
                $"{Method.Registration.Title} does not; conditional diffusion does.");
            Refuse(!Method.TellsUncertainty, nameof(UncertaintyColumns), "UncertaintyColumns need a ValidationShare above 0.");
            Refuse(
                !(IntervalCoverage > 0 && IntervalCoverage < 1),
                nameof(IntervalCoverage),
                $"IntervalCoverage is {IntervalCoverage}; it must be above 0 and below 1.");
        }

        private static void Refuse(bool condition, string option, string sentence)
        {
            if (condition)
                throw new ArgumentException(sentence, option);
        }
    }
}
