using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Csdi;

namespace Microsoft.ML.Diffusion.Models.Methods.MissDiff;

/// <summary>Options of MissDiff (Ouyang, Xie, Li, Cheng 2023): a denoiser of whole rows trained on the observed entries only, which imputes
/// by putting the noised observed entries in place at every step of the reverse process. A best guess is the mean of draws, or the most
/// frequent category.</summary>
/// <remarks>
/// Chosen where they are null: <see cref="DiffusionImputerOptions.Scaling"/> <see cref="NumericScaling.MinMax"/>,
/// <see cref="DiffusionImputerOptions.Schedule"/> Quadratic, the paper's alternative being VarianceExploding,
/// <see cref="DiffusionImputerOptions.DiffusionSteps"/> 100, where the paper takes 150 for large tables,
/// <see cref="DiffusionImputerOptions.Width"/> 64 channels of each token, which 8 attention heads share (the most up to 8 that divide the
/// width), <see cref="DiffusionImputerOptions.Blocks"/> 4, <see cref="DiffusionImputerOptions.Epochs"/> 250,
/// <see cref="DiffusionImputerOptions.BatchSize"/> 64, <see cref="DiffusionImputerOptions.LearningRate"/> 5e-4,
/// <see cref="CsdiOptions.ExpectationDraws"/> 10.
/// </remarks>
public sealed class MissDiffOptions : CsdiOptions
{
    /// <inheritdoc/>
    public override ImputationMethod Registration => MissDiffImputation.Instance;

    /// <summary>MissDiff as published (Ouyang et al. 2023, section 5 and appendix C): T = 100, quadratic schedule from 1e-4 to 0.5, four
    /// residual blocks of 64 channels, min-max scaling, Adam 5e-4 with decay 0.1 at 25, 50, 75 and 90 % of 250 epochs, batch 64; a best
    /// guess from 10 draws of 100 steps.</summary>
    public static MissDiffOptions Paper() => new()
    {
        Scaling = NumericScaling.MinMax,
        Schedule = NoiseScheduleKind.Quadratic,
        DiffusionSteps = 100,
        Width = 64,
        Blocks = 4,
        Epochs = 250,
        BatchSize = 64,
        LearningRate = 5e-4,
        ExpectationDraws = 10,
        SamplingSteps = 100,
    };
}
