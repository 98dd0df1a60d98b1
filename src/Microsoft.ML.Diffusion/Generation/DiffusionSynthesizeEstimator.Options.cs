using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Generation;

namespace Microsoft.ML.Diffusion;

public sealed partial class DiffusionSynthesizeEstimator
{
    /// <summary>What a <see cref="DiffusionSynthesizeEstimator"/> is trained with.</summary>
    /// <remarks><see cref="TabularGenerator.Options.LabelColumn"/> is set from the label's name; leave it null.</remarks>
    public class Options : TabularGenerator.Options
    {
        /// <summary>The columns to learn and make. Null, the default: every visible column of the view but
        /// <see cref="IgnoredColumns"/>.</summary>
        public string[]? Columns { get; set; }

        /// <summary>Columns that are neither learned nor made, such as names, keys of other tables and times. Default: none, so that a column
        /// of a type that cannot be made is refused rather than forgotten.</summary>
        public string[] IgnoredColumns { get; set; } = [];

        /// <summary>How many categories a key or text column may have, 1 or more; rarer ones are never made. Default: 1,000. The 256 most
        /// frequent ones are learned one by one, the others together.</summary>
        public int MaxCategories { get; set; } = 1000;

        /// <summary>How many rows the training keeps in memory, 1 or more; of a view with more, that many are drawn at random as it is read.
        /// Null keeps all. Default: 1,000,000, which is more than the default training comes by.</summary>
        public int? MaxTrainingRows { get; set; } = 1_000_000;

        /// <summary>Whether cells come out missing as often as in the training rows; <see cref="GenerationMethod.Masked"/> only. Default:
        /// false, every cell is given a value.</summary>
        public bool KeepMissing { get; set; }

        /// <summary>Whether rows are made by SMOTE, the baseline to compare with, instead of a diffusion model. It keeps the training rows,
        /// and cannot be saved. Default: false.</summary>
        public bool Smote { get; set; }

        /// <summary>Seed of the choice of rows, the training and the rows made. Null: the seed of the MLContext, and where that has none a
        /// new one each time.</summary>
        public new int? Seed { get; set; }

        /// <summary>Told how far the training has come, on one of its threads. Default: nobody.</summary>
        public IProgress<TrainingProgress>? Progress { get; set; }

        /// <summary>Stops the training, and the making of rows for a trainer, within a second. Default: never.</summary>
        public CancellationToken CancellationToken { get; set; }

        /// <summary>Sets every knob as in <see cref="TabularGenerator.Options.Paper"/>: TabDDPM as published.</summary>
        public void UsePaper()
        {
            TabularGenerator.Options paper = Paper();
            Method = paper.Method;
            Layers = paper.Layers;
            DiffusionSteps = paper.DiffusionSteps;
            Steps = paper.Steps;
            BatchSize = paper.BatchSize;
            LearningRate = paper.LearningRate;
            Dropout = paper.Dropout;
        }

        internal Options Copy() => (Options)MemberwiseClone();

        internal TabularGenerator.Options ForModel(ulong seed)
        {
            TabularGenerator.Options options = Copy();
            options.Seed = seed;
            return options;
        }

        internal static void Refuse(Options options)
        {
            if (options.MaxCategories < 1)
                throw new ArgumentException($"MaxCategories is {options.MaxCategories}; it must be 1 or more.", nameof(options));
            if (options.MaxTrainingRows < 1)
                throw new ArgumentException(
                    $"MaxTrainingRows is {options.MaxTrainingRows}; it must be 1 or more, or null to keep all rows.",
                    nameof(options));
            if (options.LabelColumn is not null)
                throw new ArgumentException(
                    "LabelColumn is the place of a column in a table; name the label by the parameter labelColumnName.",
                    nameof(options));
        }
    }
}
