using Microsoft.ML.Diffusion.Models.Generation;

namespace Microsoft.ML.Diffusion.Models.Methods.Stasy;

/// <summary>Options of STaSy (Kim, Lee, Park 2023, "STaSy: Score-based tabular data synthesis"): a score network of whole rows in
/// continuous time, trained by self-paced learning and fine-tuned on rows of low likelihood; rows are made along the probability flow.
/// Missing cells do not count in the loss, as in MissDiff (Ouyang, Xie, Li, Cheng 2023, algorithm 1).</summary>
/// <remarks>
/// Chosen where they are null: <see cref="DiffusionGeneratorOptions.Steps"/> 10,000, <see cref="DiffusionGeneratorOptions.BatchSize"/>
/// 1,000,
/// <see cref="DiffusionGeneratorOptions.LearningRate"/> 2e-3. With the published layers that is hours on a processor. The label is a column
/// like any other; rows with given values are made roughly, see docs/methods.md.
/// </remarks>
/// <example><code>
/// var options = new StasyOptions { Layers = [256, 256], Steps = 2000 };
/// var estimator = ml.Transforms.DiffusionSynthesize("income", new() { Method = options });
/// </code></example>
public sealed class StasyOptions : DiffusionGeneratorOptions
{
    internal const int LargestWidth = 8192;
    internal const double LargestSigma = 1e4;

    /// <inheritdoc/>
    public override GenerationMethod Registration => StasyGeneration.Instance;

    /// <summary>The widths of the network's layers, 1 to 8,192 each; every layer sees all before it. Default: 256, 512, 1024, 1024, 512,
    /// 256, which the published code uses for Census.</summary>
    public IReadOnlyList<int> Layers { get; set; } = [256, 512, 1024, 1024, 512, 256];

    /// <summary>The deviation of the noise at the end, above 0.1 and at most 10,000; numbers lie between -1 and 1. Default: 10.</summary>
    public double LargestNoise { get; set; } = 10;

    /// <summary>Whether the layers get a row of the same size whatever the noise, and its logarithm, and what they say is divided by the
    /// noise to give the score (Karras et al. 2022, "Elucidating the design space of diffusion-based generative models", section 5).
    /// Default: true; the paper's layers get the noisy row and say the score itself, and need more steps for it.</summary>
    public bool ScaleByNoise { get; set; } = true;

    /// <summary>Whether rows with a small loss count first and the others later (the paper's section 3.2). Default: true.</summary>
    public bool SelfPaced { get; set; } = true;

    /// <summary>The share of a batch that counts whole at the start, 0 to 1: the paper's alpha. Default: 0.25.</summary>
    public double EasyShare { get; set; } = 0.25;

    /// <summary>The share of a batch that counts at all at the start, <see cref="EasyShare"/> to 1: the paper's beta. Default:
    /// 0.9.</summary>
    public double CountedShare { get; set; } = 0.9;

    /// <summary>How often the trained network goes over the rows that it finds less likely than the mean, 0 or more (the paper's section
    /// 3.3). Each round measures the density of every row, which takes about as long as making as many rows. Default: 3.</summary>
    public int FineTuningRounds { get; set; } = 3;

    /// <summary>The learning rate of that, above 0 and at most 1. Default: 2e-7.</summary>
    public double FineTuningRate { get; set; } = 2e-7;

    /// <summary>The error of a step along the probability flow that is accepted while rows are made, 1e-8 to 1. Default: 1e-5.</summary>
    public double Tolerance { get; set; } = 1e-5;

    /// <summary>As published (Kim, Lee, Park 2023, section 3, and the code's configurations and log for Census): layers of 256 to 1,024 and
    /// back, batch 1,000, Adam 2e-3, alpha 0.25 and beta 0.9 rising to 1 in 10,000 steps, moving average of the weights.</summary>
    /// <remarks>Not as published: 10,000 steps, where the published code goes over the rows 10,000 times and keeps the state that scores
    /// best on test rows; no slow start of the learning rate; 3 rounds of tuning, not 50; and a divergence from one direction, not
    /// 50.</remarks>
    public static StasyOptions Paper() => new()
    {
        Layers = [256, 512, 1024, 1024, 512, 256],
        Steps = 10_000,
        BatchSize = 1000,
        LearningRate = 2e-3,
        LargestNoise = 10,
        ScaleByNoise = false,
        SelfPaced = true,
        EasyShare = 0.25,
        CountedShare = 0.9,
        FineTuningRounds = 3,
        FineTuningRate = 2e-7,
        Tolerance = 1e-5,
    };

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(
            Layers is not null && Layers.All(width => width is >= 1 and <= LargestWidth), nameof(Layers), Layers,
            "widths between 1 and 8,192");
        Require(LargestNoise is > 0.1 and <= LargestSigma, nameof(LargestNoise), LargestNoise, "above 0.1 and at most 10,000");
        Require(EasyShare is >= 0 and <= 1, nameof(EasyShare), EasyShare, "between 0 and 1");
        Require(CountedShare >= EasyShare && CountedShare <= 1, nameof(CountedShare), CountedShare, "between EasyShare and 1");
        Require(FineTuningRounds >= 0, nameof(FineTuningRounds), FineTuningRounds, "at least 0");
        Require(FineTuningRate is > 0 and <= 1, nameof(FineTuningRate), FineTuningRate, "above 0 and at most 1");
        Require(Tolerance is >= 1e-8 and <= 1, nameof(Tolerance), Tolerance, "between 1e-8 and 1");
    }
}
