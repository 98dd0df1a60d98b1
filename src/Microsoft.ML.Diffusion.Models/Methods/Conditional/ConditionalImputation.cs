using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Donors;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>The registration of conditional diffusion, the default.</summary>
internal sealed class ConditionalImputation : EncodedImputationMethod<ConditionalOptions>
{
    // Networks take the random streams from 0, the members of the blend those from 1 << 32.
    private const ulong DonorStream = 1UL << 34, ScalingStream = DonorStream + 1;

    // The share of a limited time for trees whose leaves are drawn from.
    private const double DonorTime = 0.15;

    public static ConditionalImputation Instance { get; } = new();

    public override string Name => "conditional";

    public override string Title => "Conditional diffusion";

    public override string Reference => "Ho, Jain, Abbeel 2020; Austin et al. 2021; Lei et al. 2018";

    public override ImputationAbilities Abilities =>
        ImputationAbilities.JointDraws | ImputationAbilities.Uncertainty | ImputationAbilities.Members;

    protected override NumericScaling ScalingOf(ConditionalOptions options) => options.Scaling ?? NumericScaling.Standard;

    protected override TableEncoder ChooseScalings(
        ConditionalOptions options, TableEncoder encoder, ITableRows table, TrainingDeadline deadline, CancellationToken cancel) =>
        ScalingOf(options) == NumericScaling.Standard
            ? ScalingChoice.Choose(encoder, table, new Philox(options.Seed, ScalingStream), deadline, cancel) : encoder;

    protected override bool KeepsNumbers(ConditionalOptions options) => ConditionalPlan.Draws(options);

    protected override ImputationSampler Load(BinaryReader reader, TableEncoder encoder) => ConditionalSampler.Load(reader, encoder);

    protected override ImputationSampler Train(ConditionalOptions options, ImputationTraining training)
    {
        var schedule = NoiseSchedule.Create(options.Schedule ?? NoiseScheduleKind.Cosine, options.DiffusionSteps ?? 100);
        var rowDraws = new RowDraws(training.Rows.Encoder, schedule, Math.Min(options.SamplingSteps ?? schedule.Steps, schedule.Steps));
        var process = new GaussianProcess(schedule);
        // The trees take seconds, so the networks have what they leave of a limited time.
        DonorDraws? donors = FitDonors(options, training, training.Rows);
        Blend? blend = null;
        ConditionalDenoiser? network = null;
        var shares = DonorShares.Same(options.DonorShare ?? DonorShares.Usual, training.Rows.Width);
        List<Action> jobs = [() => (blend, network) = new BlendTrainer(training, process, options).Train()];
        if (donors is not null && ComparesShares(options, training))
        {
            var trial = new Candidates(ImputationMembers.None, [], ConditionalPlan.Choose(options, training.Rows).Drawing);
            training.Meter.Skip(-trial.Steps);
            jobs.Add(() => shares = ChooseShares(options, training, trial, rowDraws, process));
        }
        ParallelLoop.Run(jobs.Count, job => jobs[job](), options.ThreadCount, training.Cancel);
        DrawingParts? drawing = network is null || training.Numbers is null
            ? null : new DrawingParts(training.Rows.Encoder, network, training.Numbers, donors, shares);
        return new ConditionalSampler(training.Rows.Encoder, blend!, drawing, rowDraws);
    }

    /// <summary>Whether the share of draws from training rows is chosen by a trial: only where draws are asked for, for it takes about as
    /// long as the training itself, and only where time is not limited.</summary>
    private static bool ComparesShares(ConditionalOptions options, ImputationTraining training) =>
        options.Draws == true && options.DonorShare is null && training.Deadline.Left is null
        && training.Rows.RowCount is >= DonorShareTrial.FewestRows and <= DonorShareTrial.MostRows;

    private static DonorShares ChooseShares(
        ConditionalOptions options, ImputationTraining training, Candidates network, RowDraws rowDraws, GaussianProcess process)
    {
        int threads = Math.Max(1, options.ThreadCount / 2);
        var trial = new DonorShareTrial(training.Rows, training.Numbers!, rowDraws, options.Seed, threads, training.Cancel);
        var trainer = new MemberTrainer(
            process, options.ChooseEngine(), options.Seed, threads, options.OnlyMissingColumns, training.Meter, training.Cancel);
        DonorDraws donors = FitDonors(options, training, trial.Rest)!;
        return trial.Choose(trainer.Fit(network, trial.Rest, null, trial.Rest, training.Deadline).Drawing!, donors);
    }

    private static DonorDraws? FitDonors(ConditionalOptions options, ImputationTraining training, EncodedRows rows)
    {
        if (training.Numbers is null || options.DonorShare is 0)
            return null;
        var random = new Philox(options.Seed, DonorStream);
        var trainer = new DonorTrainer(
            rows, training.Numbers, random, options.ThreadCount, training.Deadline.First(DonorTime));
        return trainer.Fit(options.OnlyMissingColumns, training.Cancel);
    }
}
