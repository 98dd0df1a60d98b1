using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods;

namespace Microsoft.ML.Diffusion;

public sealed partial class DiffusionImputeSeriesEstimator
{
    /// <summary>What a <see cref="DiffusionImputeSeriesEstimator"/> is trained with.</summary>
    public sealed class Options
    {
        /// <summary>How series are learned and filled: the options of one method, such as
        /// <see cref="Microsoft.ML.Diffusion.Series.Methods.Linear.LinearOptions"/>. Default: those of the first method of
        /// <see cref="SeriesImputationMethods.All"/>.</summary>
        /// <remarks>Its seed, direction and time limit are set from <see cref="Seed"/>, <see cref="Direction"/> and
        /// <see cref="MaxTrainingTime"/>; leave them alone.</remarks>
        public SeriesImputerOptions Method { get; set; } = SeriesImputationMethods.All[0].NewOptions();

        /// <summary>From which steps of its series a missing value is filled: from all, or from its own and those before it, for use
        /// while a series goes on. Default: from all.</summary>
        public SeriesDirection Direction { get; set; }

        /// <summary>Columns of what holds for a whole series, such as age and sex: numbers, Booleans, or vectors of numbers of a known
        /// size. The first row of a series counts, in the order of time; where it says nothing the next one that does, unless the
        /// direction is causal. Default: none.</summary>
        public string[] StaticColumns { get; set; } = [];

        /// <summary>The longest gap that is filled, above 0, in units of the order column; dates count in hours, and steps without an order
        /// column are one apart. A gap is as long as the time between the observed values of its variable before and after; at an end of
        /// the series, and where the direction is causal, a value is as far as it is from the one that is known. Values in longer gaps stay
        /// missing. Default: null, all are filled.</summary>
        public double? MaxGap { get; set; }

        /// <summary>What a missing value becomes. Default: the best single guess. A draw depends on the seed, the name of the series and
        /// the time.</summary>
        public ImputationMode Mode { get; set; } = ImputationMode.Expectation;

        /// <summary>Whether columns are added that tell how sure every filled-in column `X` is: `X.Lower` and `X.Upper`, an interval that
        /// holds the true value with probability <see cref="Coverage"/>, and `X.StandardDeviation`, all of the type of `X`. A value that
        /// was there is certain. They need a <see cref="Method"/> that can tell. Default: false.</summary>
        public bool UncertaintyColumns { get; set; }

        /// <summary>The share of intervals that are to hold the true value, above 0 and below 1. Default: 0.9.</summary>
        public double Coverage { get; set; } = 0.9;

        /// <summary>Seed of the training and the draws. Null: the seed of the MLContext, and where that has none a new one each
        /// time.</summary>
        public int? Seed { get; set; }

        /// <summary>The time that the training may take, above 0, from the rows in memory to the model. Default: null, as long as it
        /// takes.</summary>
        public TimeSpan? MaxTrainingTime { get; set; }

        /// <summary>Told how far the training has come, on one of its threads. Default: nobody.</summary>
        public IProgress<TrainingProgress>? Progress { get; set; }

        /// <summary>Stops the training within a second. Default: never.</summary>
        public CancellationToken CancellationToken { get; set; }

        /// <summary>Refuses impossible values and contradictions, as the estimator's constructor does.</summary>
        /// <exception cref="ArgumentException">There is one; the message is one sentence.</exception>
        public void Validate()
        {
            Refuse(Method is null, nameof(Method),
                "Method is null; the options of a method were expected, such as new LinearOptions().");
            Refuse(StaticColumns?.Contains(null!) != false, nameof(StaticColumns),
                "StaticColumns is null or has a null in it; names of columns were expected.");
            Refuse(StaticColumns!.Distinct(StringComparer.Ordinal).Count() < StaticColumns!.Length, nameof(StaticColumns),
                "StaticColumns names a column twice.");
            Refuse(!Enum.IsDefined(Direction), nameof(Direction), $"Direction is {Direction}; it must be Smooth or Causal.");
            Refuse(!Enum.IsDefined(Mode), nameof(Mode), $"Mode is {Mode}; it must be Expectation or Draw.");
            Refuse(!(MaxGap is null or > 0), nameof(MaxGap), $"MaxGap is {MaxGap}; it must be above 0, or null to fill all gaps.");
            Refuse(!(Coverage > 0 && Coverage < 1), nameof(Coverage), $"Coverage is {Coverage}; it must be above 0 and below 1.");
            Refuse(Method!.Seed != 0, nameof(Method),
                "The Seed of the method is set by that of the estimator's options; set Options.Seed.");
            Refuse(Method.Direction != SeriesDirection.Smooth && Method.Direction != Direction, nameof(Method),
                "The Direction of the method is set by that of the estimator's options; set Options.Direction.");
            Refuse(UncertaintyColumns && Mode != ImputationMode.Expectation, nameof(UncertaintyColumns),
                "UncertaintyColumns tell how sure the best guess is: they need the Mode Expectation.");
            Refuse(UncertaintyColumns && !Method.Registration.TellsUncertainty, nameof(UncertaintyColumns),
                "UncertaintyColumns need a method that learns on held-back cells how sure it is, and " +
                $"{Method.Registration.Title} does not.");
            TrainedWith(seed: 0).Validate();
        }

        internal Options Copy()
        {
            var copy = (Options)MemberwiseClone();
            copy.Method = Method?.Copy()!;
            copy.StaticColumns = [.. StaticColumns ?? []];
            return copy;
        }

        /// <summary>The options of the method with what the estimator sets.</summary>
        internal SeriesImputerOptions TrainedWith(ulong seed)
        {
            SeriesImputerOptions method = Method.Copy();
            method.Seed = seed;
            method.Direction = Direction;
            method.MaxTrainingTime = MaxTrainingTime ?? method.MaxTrainingTime;
            return method;
        }

        private static void Refuse(bool condition, string option, string sentence)
        {
            if (condition)
                throw new ArgumentException(sentence, option);
        }
    }
}
