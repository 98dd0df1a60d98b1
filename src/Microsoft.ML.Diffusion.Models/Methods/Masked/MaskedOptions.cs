using Microsoft.ML.Diffusion.Models.Generation;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>Options of masked diffusion, the default: the absorbing state of D3PM (Austin, Johnson, Ho, Tarlow, van den Berg 2021) with
/// numbers as frequent values and bins.</summary>
/// <remarks>
/// Chosen where they are null: <see cref="DiffusionGeneratorOptions.Steps"/> so that they go over the rows 120 times, up to twice as often
/// in tables of more than 24 columns, at least 2,000 and at most 6,000; <see cref="DiffusionGeneratorOptions.BatchSize"/> 256;
/// <see cref="DiffusionGeneratorOptions.LearningRate"/> 1e-3.
/// <see cref="GeneratorOptions.LabelColumn"/> is drawn last, given the whole row.
/// </remarks>
public sealed class MaskedOptions : DiffusionGeneratorOptions
{
    internal const int LargestWidth = 8192, MostBlocks = 100;

    /// <inheritdoc/>
    public override GenerationMethod Registration => MaskedGeneration.Instance;

    /// <inheritdoc/>
    public override bool MakesMissingCells => KeepMissing;

    /// <summary>Whether cells come out missing as often, and together, as in the training rows; otherwise every cell is given a value.
    /// Default: true.</summary>
    /// <remarks>That a cell is missing is learnt as one more value of its column. An estimator sets
    /// <see cref="GenerationConditions.KeepMissing"/> by it; the training does not depend on it.</remarks>
    public bool KeepMissing { get; set; } = true;

    /// <summary>Bins of a number with many values, 2 to 1,024. Default: null, 0.7 times the root of the number of rows, 8 to 128.</summary>
    public int? Bins { get; set; }

    /// <summary>The width of the residual blocks, 1 to 8,192. Default: 256.</summary>
    public int Width { get; set; } = 256;

    /// <summary>The number of residual blocks, 1 to 100. Default: 3.</summary>
    public int Blocks { get; set; } = 3;

    /// <summary>The probability of dropping a hidden element in training, 0 or more and below 1. Default: null, 0.1, or 0.3 below 10,000
    /// rows.</summary>
    public double? Dropout { get; set; }

    /// <summary>Share of batch rows whose known columns are the first ones in the order of drawing, in a quarter of them after the label;
    /// 0 to 1. Default: 0.7. It counts as far as cells are not missing: with half of them missing, half as much.</summary>
    public double OrderedShare { get; set; } = 0.7;

    /// <summary>What the label's logits are divided by when it is drawn given the rest of its row, 0.1 to 1. Default: 0.8; 1 draws it as it
    /// was learned.</summary>
    /// <remarks>A learner that is trained on made rows meets the label's noise twice, in the rows that were learned from and in the draw.
    /// A surer label makes up for some of it; every category or bin of the label stays as frequent as without.</remarks>
    public double LabelTemperature { get; set; } = 0.8;

    /// <summary>A class of the label with fewer rows than this, and less than a quarter of what it would have if all classes were equally
    /// frequent, is rare; 0 or more. Default: 100; 0 for no class.</summary>
    /// <remarks>The network sees such a class too seldom. Rows that are asked for by its label get the class's own frequencies, means and
    /// deviations, and dependences that its rows show, as far as rows left out say that it pays. Rows whose label is drawn come out as they
    /// would without.</remarks>
    public int RareClassRows { get; set; } = 100;

    /// <summary>Whether each column is drawn from a mixture of the network and a random forest (Meinshausen 2006, "Quantile regression
    /// forests"), whose weight maximizes the likelihood of held-back rows. Default: true.</summary>
    /// <remarks>Forests learn cuts and exact relations that a network smooths over. They learn from 20,000 rows at most. There are none
    /// in tables of more than 128 columns, or without held-back rows (<see cref="ValidationShare"/>).</remarks>
    public bool UseForests { get; set; } = true;

    /// <summary>The share of rows that is held back to stop the training early, keeping the best weights; 0 to 0.5. Default: 0.1, at most
    /// 2,000 rows.</summary>
    public double ValidationShare { get; set; } = 0.1;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Bins is null or (>= 2 and <= 1024), nameof(Bins), Bins, "between 2 and 1,024");
        Require(Width is >= 1 and <= LargestWidth, nameof(Width), Width, "between 1 and 8,192");
        Require(Blocks is >= 1 and <= MostBlocks, nameof(Blocks), Blocks, "between 1 and 100");
        Require(Dropout is null or (>= 0 and < 1), nameof(Dropout), Dropout, "at least 0 and below 1");
        Require(OrderedShare is >= 0 and <= 1, nameof(OrderedShare), OrderedShare, "between 0 and 1");
        Require(LabelTemperature is >= 0.1 and <= 1, nameof(LabelTemperature), LabelTemperature, "between 0.1 and 1");
        Require(RareClassRows >= 0, nameof(RareClassRows), RareClassRows, "at least 0");
        Require(ValidationShare is >= 0 and <= 0.5, nameof(ValidationShare), ValidationShare, "between 0 and 0.5");
    }
}
