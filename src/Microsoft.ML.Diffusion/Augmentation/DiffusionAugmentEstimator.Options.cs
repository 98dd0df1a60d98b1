using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;

namespace Microsoft.ML.Diffusion;

public sealed partial class DiffusionAugmentEstimator
{
    /// <summary>What a <see cref="DiffusionAugmentEstimator"/> is trained with, and which rows it adds.</summary>
    public sealed class Options : DiffusionSynthesizeEstimator.Options
    {
        /// <summary>Whether the labels of the added rows are chosen so that the classes of all rows together come as near to equal
        /// counts as
        /// the number of added rows allows; without such a number as many rows are added as make them equal. The label must be a Boolean,
        /// a key or a text. Default: false, labels come as often as in the real rows.</summary>
        public bool Balance { get; set; }

        /// <summary>How many rows to add of each label, 0 or more, by its text (`True` and `False` of a Boolean, the number of a key
        /// without
        /// texts); none of labels that are not named. Default: null.</summary>
        public IReadOnlyDictionary<string, int>? RowsPerLabel { get; set; }

        /// <summary>Whether the rest of the chain is trained on the synthetic rows alone. Default: false.</summary>
        public bool SyntheticOnly { get; set; }

        /// <summary>A Single column of weights for the trainer. One that is in the view keeps the weights of the real rows; otherwise it is
        /// added, 1 for real rows. Default: null, no weights.</summary>
        public string? WeightColumnName { get; set; }

        /// <summary>The weight of a synthetic row in <see cref="WeightColumnName"/>, 0 or more. Default: 1.</summary>
        public float SyntheticWeight { get; set; } = 1;

        /// <inheritdoc cref="DiffusionSynthesizeEstimator.Options.Paper"/>
        public static new Options Paper() => new() { Method = TabDdpmOptions.Paper() };

        /// <inheritdoc cref="DiffusionSynthesizeEstimator.Options.MedDiff"/>
        public static new Options MedDiff() => new() { Method = MedDiffOptions.Paper() };

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            Refuse(PrivateTraining.Is(this), nameof(Method),
                "Added rows stand beside the real ones, so that a privacy budget would protect nothing; make rows by DiffusionSynthesize.");
            Refuse(
                Balance && RowsPerLabel is not null,
                nameof(Balance),
                "Balance and RowsPerLabel both choose the labels of the added rows; give one of them.");
            Refuse(RowsPerLabel?.Any(rows => rows.Value < 0) == true, nameof(RowsPerLabel), "A number of rows in RowsPerLabel is negative.");
            Refuse(
                !(SyntheticWeight >= 0 && float.IsFinite(SyntheticWeight)),
                nameof(SyntheticWeight),
                $"SyntheticWeight is {SyntheticWeight}; it must be a number of 0 or more.");
            Refuse(
                WeightColumnName is "",
                nameof(WeightColumnName),
                "WeightColumnName is empty; the name of a column was expected, or null for no weights.");
            Refuse(
                SyntheticWeight != 1 && WeightColumnName is null,
                nameof(SyntheticWeight),
                "SyntheticWeight needs a column to be in: name it in WeightColumnName.");
        }

        /// <summary>Refuses what contradicts the parameters beside the options.</summary>
        internal void Validate(long? rowCount, string? label)
        {
            long? wanted = RowsPerLabel?.Sum(rows => (long)rows.Value);
            if ((Balance || wanted is not null) && label is null)
                throw new ArgumentException(
                    $"{(Balance ? nameof(Balance) : nameof(RowsPerLabel))} needs the label: name it by labelColumnName.",
                    nameof(label));
            if (rowCount is not null && wanted is not null && wanted != rowCount)
                throw new ArgumentException(
                    $"RowsPerLabel asks for {wanted} rows and rowCount for {rowCount}; leave rowCount out.",
                    nameof(rowCount));
        }
    }
}
