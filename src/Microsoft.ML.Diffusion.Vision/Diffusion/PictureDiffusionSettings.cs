using Microsoft.ML.Diffusion.Core.Schedules;

namespace Microsoft.ML.Diffusion.Vision.Diffusion;

/// <summary>How a denoising network is trained on pictures.</summary>
internal sealed record PictureDiffusionSettings
{
    /// <summary>T, the number of noise levels.</summary>
    public const int NoiseLevels = 1000;

    private const double FirstBeta = 1e-4;
    private const double LastBeta = 0.02;

    /// <summary>The noise of each level: betas on a line from 1e-4 to 0.02 (Ho et al. 2020, section 4).</summary>
    public static NoiseSchedule Schedule { get; } = NoiseSchedule.Linear(NoiseLevels, FirstBeta, LastBeta);

    /// <summary>Pictures that are looked at in the whole training, each time with another noise.</summary>
    public int Passes { get; init; } = 100_000;

    /// <summary>Pictures of a step.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>The largest learning rate.</summary>
    public double LearningRate { get; init; } = 4e-4;

    /// <summary>Weight decay (AdamW).</summary>
    public double WeightDecay { get; init; }

    /// <summary>The largest length of a gradient; 0 for no limit.</summary>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>The largest decay of the moving average of the weights.</summary>
    public double AverageDecay { get; init; } = 0.998;

    /// <summary>Whether the learning rate rises at first and falls at the end; otherwise it is the same throughout.</summary>
    public bool HasRateSchedule { get; init; } = true;

    /// <summary>Whether pictures are turned by quarters of a circle too, and not only mirrored.</summary>
    public bool Turns { get; init; }

    /// <summary>The training of the published work (Baranchuk et al. 2022; Dhariwal and Nichol 2021).</summary>
    public static PictureDiffusionSettings Published { get; } = new()
    {
        LearningRate = 1e-4, MaxGradientNorm = 0, AverageDecay = 0.9999, HasRateSchedule = false,
    };
}
