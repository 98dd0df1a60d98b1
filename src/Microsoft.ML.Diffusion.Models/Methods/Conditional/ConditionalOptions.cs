using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>Options of conditional diffusion, the default: denoisers that are told the observed cells and trained with random ones hidden,
/// numbers with Gaussian noise, categories by being masked. A best guess is a blend of such denoisers at full noise and three simpler
/// predictors, weighed on held-back cells, in which boosted trees guess the numbers of the filled row once more. A draw is the diffusion
/// model's, or, every second time, that of a training row in the same leaf of a tree; its numbers are numbers that were observed.</summary>
/// <remarks>
/// Chosen where they are null: <see cref="DiffusionImputerOptions.Scaling"/> <see cref="NumericScaling.Standard"/>,
/// <see cref="DiffusionImputerOptions.Schedule"/> Cosine, <see cref="DiffusionImputerOptions.DiffusionSteps"/> 100,
/// <see cref="DiffusionImputerOptions.Width"/> 128, and for draws below 1,000 rows 4 per column, 32 to 128;
/// <see cref="DiffusionImputerOptions.Blocks"/> 4, or 2 for draws below 1,000 rows; <see cref="DiffusionImputerOptions.Epochs"/> 80, at
/// least 2,000 and at most 8,000 steps, fewer for tables so wide that this would take minutes;
/// <see cref="DiffusionImputerOptions.BatchSize"/> 128, <see cref="DiffusionImputerOptions.LearningRate"/> 2e-3.
/// </remarks>
public sealed class ConditionalOptions : DiffusionImputerOptions
{
    /// <inheritdoc/>
    public override ImputationMethod Registration => ConditionalImputation.Instance;

    /// <inheritdoc/>
    public override bool TellsUncertainty => base.TellsUncertainty && ValidationShare is not 0;

    /// <summary>Whose weighted mean is the best guess; the weights are fitted on held-back cells. Default: null, all of them.</summary>
    public ImputationMembers? Members { get; set; }

    /// <summary>How many networks are trained whose answers are averaged for a best guess, 1 to 100; one more is trained for draws (<see cref="Draws"/>).
    /// Default: null, 4.</summary>
    public int? Networks { get; set; }

    /// <summary>Whether the network that draws is trained; without it the imputer guesses alone (<see cref="TableImputer.CanDraw"/>).
    /// Default: null, unless <see cref="Members"/> leave out the denoisers, and where draws are asked for
    /// (<see cref="ForDraws"/>).</summary>
    public bool? Draws { get; set; }

    /// <summary>The share of draws, 0 to 1, whose cells are taken from training rows in the same leaf of a tree, one cell after another
    /// given the others, beginning with a draw of the diffusion model (multiple imputation by chained equations with trees: Doove, van
    /// Buuren and Dusseldorp 2014); 0 grows no such trees. Default: null. Where draws are asked for (<see cref="ForDraws"/>) and the time is
    /// not limited, tables of 100 to 10,000 rows get a share for every column: the one with the least continuous ranked probability score
    /// on held-back cells, for which a second network is trained without them. Otherwise it is a half, which is better than either alone.
    /// The diffusion model alone draws in tables of more than a few hundred columns, for which trees would take minutes.</summary>
    public double? DonorShare { get; set; }

    /// <summary>The share of observed cells, 0 to 0.5, that is held back to stop the training early, to weigh the members and to calibrate
    /// intervals. Default: null, 0.1, of at most 4,000 rows; 0 weighs all members alike.</summary>
    public double? ValidationShare { get; set; }

    /// <summary>Whether simple imputers (mean and mode, nearest neighbours, chained ridge regressions, chained forests) are fitted too
    /// and compared with the model on the held-back cells: a table in the log and in <see cref="TableImputer.Scores"/>, and a sentence
    /// where one of them is better. Default: false, for it takes time.</summary>
    public bool CompareWithBaselines { get; set; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(
            Members is null or (> ImputationMembers.None and <= ImputationMembers.All),
            nameof(Members),
            Members,
            "one or more of Denoisers, Trees, Gaussian and Neighbors");
        Require(Networks is null or (>= 1 and <= 100), nameof(Networks), Networks, "between 1 and 100");
        Require(DonorShare is null or (>= 0 and <= 1), nameof(DonorShare), DonorShare, "between 0 and 1");
        Require(ValidationShare is null or (>= 0 and <= 0.5), nameof(ValidationShare), ValidationShare, "between 0 and 0.5");
    }

    /// <inheritdoc/>
    /// <remarks>The cheapest best guess, and nothing held back to weigh it, for draws do not use it.</remarks>
    public override ImputerOptions ForDraws()
    {
        var options = (ConditionalOptions)Copy();
        options.Members ??= ImputationMembers.Gaussian;
        options.ValidationShare ??= 0;
        options.Draws = true;
        return options;
    }
}
