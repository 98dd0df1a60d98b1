using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Csdi;

namespace Microsoft.ML.Diffusion.Models.Methods.CsdiT;

/// <summary>Options of CSDI-T (Zheng and Charoenphakdee 2022, which puts CSDI of Tashiro et al. 2021 to tables): a denoiser whose tokens
/// attend to each other, which is shown the observed cells and trained with random ones hidden. A best guess is the median of draws, or
/// the most frequent category.</summary>
/// <remarks>
/// Chosen where they are null: <see cref="DiffusionImputerOptions.Scaling"/> <see cref="NumericScaling.MinMax"/>,
/// <see cref="DiffusionImputerOptions.Schedule"/> Quadratic, <see cref="DiffusionImputerOptions.DiffusionSteps"/> 150,
/// <see cref="DiffusionImputerOptions.Width"/> 64 channels of each token, which 8 attention heads share (the most up to 8 that divide the
/// width), <see cref="DiffusionImputerOptions.Blocks"/> 4, <see cref="DiffusionImputerOptions.Epochs"/> 500,
/// <see cref="DiffusionImputerOptions.BatchSize"/> 64, where its authors use 8 for their smallest tables,
/// <see cref="DiffusionImputerOptions.LearningRate"/> 5e-4, <see cref="CsdiOptions.ExpectationDraws"/> 10.
/// </remarks>
public sealed class CsdiTOptions : CsdiOptions
{
    /// <inheritdoc/>
    public override ImputationMethod Registration => CsdiTImputation.Instance;

    /// <summary>CSDI-T as published: T = 150, quadratic schedule from 1e-4 to 0.5, four residual blocks of 64 channels and 8 heads, min-max
    /// scaling, one-hot categories at -1 and 1, Adam 5e-4 with decay 0.1 at 25, 50, 75 and 90 % of 500 epochs, batch 64.</summary>
    /// <remarks>In training, of the observed cells of each row a random number is to be predicted from the others. The authors take
    /// batches of 8 for their smallest tables and, for a best guess, 100 draws of 150 steps, where 20 of 50 are taken here
    /// (<see cref="CsdiOptions.ExpectationDraws"/>, <see cref="DiffusionImputerOptions.SamplingSteps"/>). Training takes about twice the
    /// time of MissDiff's.</remarks>
    public static CsdiTOptions Paper() => new()
    {
        Scaling = NumericScaling.MinMax,
        Schedule = NoiseScheduleKind.Quadratic,
        DiffusionSteps = 150,
        Width = 64,
        Blocks = 4,
        Epochs = 500,
        BatchSize = 64,
        LearningRate = 5e-4,
        ExpectationDraws = 20,
        SamplingSteps = 50,
    };
}
