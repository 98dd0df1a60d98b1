using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Csdi;

/// <summary>What the registrations of methods with CSDI's network share.</summary>
/// <typeparam name="TOptions">The options of the method.</typeparam>
internal abstract class CsdiImputation<TOptions> : EncodedImputationMethod<TOptions>
    where TOptions : CsdiOptions, new()
{
    public sealed override ImputationAbilities Abilities => ImputationAbilities.JointDraws;

    /// <summary>Whether the network is told known values, as CSDI-T's is.</summary>
    protected abstract bool IsConditional { get; }

    /// <summary>T as published.</summary>
    protected abstract int DiffusionSteps { get; }

    /// <summary>How often the training goes over the rows as published.</summary>
    protected abstract int Epochs { get; }

    protected sealed override NumericScaling ScalingOf(TOptions options) => options.Scaling ?? NumericScaling.MinMax;

    protected sealed override ImputationSampler Load(BinaryReader reader, TableEncoder encoder) =>
        CsdiSampler.Load(reader, encoder, IsConditional);

    protected sealed override ImputationSampler Train(TOptions options, ImputationTraining training)
    {
        CsdiSettings settings = new()
        {
            IsConditional = IsConditional,
            Epochs = options.Epochs ?? Epochs,
            BatchSize = options.BatchSize ?? 64,
            Width = options.Width ?? 64,
            Blocks = options.Blocks ?? 4,
            LearningRate = options.LearningRate ?? 5e-4,
        };
        var schedule = NoiseSchedule.Create(options.Schedule ?? NoiseScheduleKind.Quadratic, options.DiffusionSteps ?? DiffusionSteps);
        training.Meter.Planned = CsdiTrainer.StepCount(training.Rows.RowCount, settings);
        using TensorEngine engine = options.ChooseEngine().Create(options.Threads);
        CsdiDenoiser denoiser = CsdiTrainer.Train(
            training.Rows,
            new GaussianProcess(schedule),
            settings,
            new Philox(options.Seed),
            engine,
            training.Meter,
            training.Deadline,
            training.Cancel);
        int samplingSteps = Math.Min(options.SamplingSteps ?? schedule.Steps, schedule.Steps);
        return new CsdiSampler(training.Rows.Encoder, denoiser, schedule, samplingSteps, options.ExpectationDraws ?? 10, options.Seed);
    }
}
