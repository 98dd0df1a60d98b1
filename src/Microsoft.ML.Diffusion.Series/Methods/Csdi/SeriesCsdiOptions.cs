using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Networks;

namespace Microsoft.ML.Diffusion.Series.Methods.Csdi;

/// <summary>Options of CSDI (Tashiro et al. 2021, "CSDI: Conditional Score-based Diffusion Models for Probabilistic Time Series
/// Imputation"): a diffusion model of the missing values, told the observed ones, whose values attend to each other over time and over
/// variables. A best guess is the median of draws. The defaults are those of the paper for PhysioNet 2012.</summary>
/// <remarks>Made for a graphics processor: on a processor the training that the paper describes takes many hours for thousands of patients,
/// so set <see cref="SeriesImputerOptions.MaxTrainingTime"/>; a best guess asks the network draws times levels times.</remarks>
public sealed class SeriesCsdiOptions : SeriesNetworkOptions
{
    // How often the network may be asked for one best guess.
    internal const int MostCalls = 100_000;

    internal const int MostSteps = 512, MostChannels = 1024, MostBlocks = 64, MostLevels = 1000;

    /// <inheritdoc/>
    public override SeriesImputationMethod Registration => SeriesCsdiImputation.Instance;

    /// <summary>The steps that the network sees at a time, at most, 1 to 512; longer series are cut. Default: 48.</summary>
    public int Steps { get; set; } = 48;

    /// <summary>The channels of each value, 1 to 1,024, which up to 8 attention heads share. Default: 64.</summary>
    public int Channels { get; set; } = 64;

    /// <summary>The residual blocks, 1 to 64. Default: 4.</summary>
    public int Blocks { get; set; } = 4;

    /// <summary>The noise levels, 2 to 1,000, of a schedule that is quadratic from 0.0001 to 0.5. Default: 50.</summary>
    public int DiffusionSteps { get; set; } = 50;

    /// <summary>How often each series is seen, 1 or more. Default: 200.</summary>
    public int Epochs { get; set; } = 200;

    /// <summary>The series of a training step, 1 to 65,536. Default: 16.</summary>
    public int BatchSize { get; set; } = 16;

    /// <summary>The first learning rate of Adam, above 0 and at most 1, of which a tenth is left after 75 % of the steps, and a hundredth
    /// after 90 %. Default: 0.001.</summary>
    public double LearningRate { get; set; } = 1e-3;

    /// <summary>The draws whose median is the best guess, and whose quantiles are the ends of intervals, 1 to 1,000; times
    /// <see cref="DiffusionSteps"/> at most 100,000. Default: 100.</summary>
    public int ExpectationDraws { get; set; } = 100;

    /// <summary>The settings of the paper for PhysioNet 2012.</summary>
    public static SeriesCsdiOptions Paper() => new();

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Steps is >= 1 and <= MostSteps, nameof(Steps), Steps, "between 1 and 512");
        Require(Channels is >= 1 and <= MostChannels, nameof(Channels), Channels, "between 1 and 1,024");
        Require(Blocks is >= 1 and <= MostBlocks, nameof(Blocks), Blocks, "between 1 and 64");
        Require(DiffusionSteps is >= 2 and <= MostLevels, nameof(DiffusionSteps), DiffusionSteps, "between 2 and 1,000");
        Require(Epochs >= 1, nameof(Epochs), Epochs, "at least 1");
        Require(BatchSize is >= 1 and <= 65_536, nameof(BatchSize), BatchSize, "between 1 and 65,536");
        Require(LearningRate is > 0 and <= 1, nameof(LearningRate), LearningRate, "above 0 and at most 1");
        Require(ExpectationDraws is >= 1 and <= 1000, nameof(ExpectationDraws), ExpectationDraws, "between 1 and 1,000");
        Require(
            ExpectationDraws * DiffusionSteps <= MostCalls, nameof(ExpectationDraws), ExpectationDraws,
            $"such that draws times levels, {DiffusionSteps}, are at most 100,000");
    }
}
