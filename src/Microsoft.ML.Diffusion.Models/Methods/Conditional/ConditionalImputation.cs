using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>The registration of conditional diffusion, the default.</summary>
internal sealed class ConditionalImputation : EncodedImputationMethod<ConditionalOptions>
{
    public static ConditionalImputation Instance { get; } = new();

    public override string Name => "conditional";

    public override string Title => "Conditional diffusion";

    public override string Reference => "Ho, Jain, Abbeel 2020; Austin et al. 2021; Lei et al. 2018";

    public override ImputationAbilities Abilities =>
        ImputationAbilities.JointDraws | ImputationAbilities.Uncertainty | ImputationAbilities.Members;

    protected override NumericScaling ScalingOf(ConditionalOptions options) => options.Scaling ?? NumericScaling.Standard;

    protected override ImputationSampler Load(BinaryReader reader, TableEncoder encoder) => ConditionalSampler.Load(reader, encoder);

    protected override ImputationSampler Train(ConditionalOptions options, ImputationTraining training)
    {
        var schedule = NoiseSchedule.Create(options.Schedule ?? NoiseScheduleKind.Cosine, options.DiffusionSteps ?? 100);
        (Blend blend, ConditionalDenoiser? drawing) = new BlendTrainer(training, new GaussianProcess(schedule), options).Train();
        int samplingSteps = Math.Min(options.SamplingSteps ?? schedule.Steps, schedule.Steps);
        return new ConditionalSampler(training.Rows.Encoder, blend, drawing, schedule, samplingSteps);
    }
}
