using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Methods.NearestNeighbors;
using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>Fits the members of a blend side by side, each network on its share of the threads, which changes no bit of what comes
/// out.</summary>
internal sealed class MemberTrainer(
    GaussianProcess process,
    EngineChoice choice,
    ulong seed,
    int threads,
    bool onlyMissingColumns,
    ProgressMeter meter,
    CancellationToken cancel)
{
    // Networks take the random streams from 0, the other members those from here.
    private const ulong MemberStreams = 1UL << 33;

    // Trees of many rows are large: a third as many are nearly as good, in a third of the space and of the time for a row. Those of fewer
    // rows are grown from all of them.
    private const int ManyRows = 10_000, MostTrees = 60, FewTrees = 20;

    // From so many rows on half the trees are enough to fill the inputs of the others. With a third, concrete (1,030 rows) was predicted
    // 1.6 % worse and red wine (1,599 rows) 0.2 %.
    private const int FewerFirstRows = 2000;
    private const double FewerFirst = 0.5;

    // Of a limited time: for the normal distribution, and for trees where networks are trained beside them.
    private const double GaussianShare = 0.15, TreeShare = 0.5;

    /// <summary>Fits.</summary>
    /// <param name="candidates">What.</param>
    /// <param name="rows">The rows for the members.</param>
    /// <param name="heldBack">The cells that these rows lack; null for none.</param>
    /// <param name="drawingRows">The rows for the network that draws.</param>
    /// <param name="deadline">When all of them have to be done.</param>
    /// <returns>The members, and the network that draws if it was to be trained.</returns>
    public (FittedMember[] Members, ConditionalDenoiser? Drawing) Fit(
        Candidates candidates, EncodedRows rows, HeldBackCells? heldBack, EncodedRows drawingRows, TrainingDeadline deadline)
    {
        ConditionalSettings[] settings = candidates.Networks;
        ConditionalDenoiser[] networks = new ConditionalDenoiser[settings.Length];
        int[] best = new int[settings.Length];
        ConditionalDenoiser? drawing = null;
        GaussianPredictor? gaussian = (candidates.Members & (ImputationMembers.Gaussian | ImputationMembers.Trees)) == ImputationMembers.None ? null
            : GaussianPredictor.Fit(rows, new GaussianSettings(), Stream(0), threads, deadline.First(GaussianShare), cancel);
        var clock = new TrainingClock(deadline, threads);
        clock.Plan(candidates.Steps);
        CellPredictor? trees = null, neighbors = null;
        List<Job> jobs = [];
        if (candidates.Members.HasFlag(ImputationMembers.Trees))
        {
            var setting = new TreeSettings
            {
                Trees = rows.RowCount < ManyRows ? MostTrees : FewTrees,
                MostRows = rows.RowCount < ManyRows ? ManyRows : new TreeSettings().MostRows,
                MostSteps = candidates.TreeSteps,
                FirstShare = rows.RowCount is >= FewerFirstRows and < ManyRows ? FewerFirst : 1,
                IsTried = true,
                Choices = candidates.TreeChoices,
                OnlyMissingColumns = onlyMissingColumns,
            };
            TrainingDeadline own = candidates.Steps > 0 ? deadline.First(TreeShare) : deadline;
            jobs.Add(new Job(
                double.PositiveInfinity,
                () => trees = TreePredictor.Fit(rows, gaussian!, setting, Stream(1), threads, own, cancel)));
        }
        int engineThreads = Math.Max(1, threads / Math.Max(1, settings.Length + (candidates.Drawing is null ? 0 : 1)));
        if (candidates.Members.HasFlag(ImputationMembers.Neighbors))
        {
            jobs.Add(new Job(
                double.PositiveInfinity,
                () => neighbors = NeighborPredictor.Fit(rows, new NeighborSettings(), Stream(2), cancel)));
        }

        for (int i = 0; i < settings.Length; i++)
        {
            int network = i;
            jobs.Add(new Job(
                settings[i].StopAfter,
                () => (networks[network], best[network]) = Train(settings[network], rows, heldBack, clock, engineThreads)));
        }
        if (candidates.Drawing is { } last)
            jobs.Add(new Job(last.StopAfter, () => (drawing, _) = Train(last, drawingRows, heldBack: null, clock, engineThreads)));

        // The longest starts first, so that it is not left to run alone at the end.
        Job[] order = [.. jobs.OrderByDescending(job => job.Work)];
        ParallelLoop.Run(order.Length, i => order[i].Run(), threads, cancel);

        List<FittedMember> members = [];
        foreach (IGrouping<bool, int> kind in Enumerable.Range(0, settings.Length).GroupBy(i => settings[i].Bins > 0))
        {
            string name = kind.Key ? "binned denoisers" : "plain denoisers";
            members.Add(new FittedMember(
                new DenoiserPredictor(rows.Encoder, name, [.. kind.Select(i => networks[i])]),
                new Candidates(ImputationMembers.None, [.. kind.Select(i => settings[i] with { StopAfter = best[i] })])));
        }
        Add(ImputationMembers.Trees, trees);
        Add(ImputationMembers.Gaussian, candidates.Members.HasFlag(ImputationMembers.Gaussian) ? gaussian : null);
        Add(ImputationMembers.Neighbors, neighbors);
        return ([.. members], drawing);

        void Add(ImputationMembers member, CellPredictor? predictor)
        {
            if (predictor is not null)
                members.Add(new FittedMember(predictor, new Candidates(member, [])));
        }
    }

    private Philox Stream(ulong member) => new(seed, MemberStreams + member);

    private (ConditionalDenoiser Network, int BestStep) Train(
        ConditionalSettings settings, EncodedRows rows, HeldBackCells? heldBack, TrainingClock clock, int engineThreads)
    {
        using TensorEngine engine = choice.Create(engineThreads);
        var trainer = new ConditionalTrainer(rows, process, settings, new Philox(seed, settings.Stream));
        ConditionalDenoiser network = trainer.Train(engine, heldBack, clock, meter, cancel);
        return (network, trainer.BestStep);
    }

    private sealed record Job(double Work, Action Run);
}
