using System.Globalization;
using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Boosting;
using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>Trains the members of a blend without some held-back cells, fits their weights and the calibration on those, and, where
/// the table is small enough for every cell to matter, trains the members that have any weight once more on all cells.</summary>
internal sealed class BlendTrainer(ImputationTraining training, GaussianProcess process, ConditionalOptions options)
{
    // Above this many rows the cells held back, of that many rows at most, are too few to be missed.
    private const int MostRowsToRefit = 10_000, MostRowsToHoldBack = 4000;

    // Rows held back for every second of a limited time: what is measured on them takes time too.
    private const double RowsToHoldBackPerSecond = 400;
    private const int FewestRowsToHoldBack = 200;

    // Of a limited time: for the first of two trainings at least, for the second at least, and for the training without what is measured
    // after it.
    private const double LeastFirstShare = 0.3, LeastSecondShare = 0.4, FittingShare = 0.8;

    // Trees may take so many times the usual steps where the table is trained on twice, and so many in the second training where they have
    // this weight in the blend: tables of more than ten columns have fewer trees of fewer rows otherwise. Of wide tables they would be too
    // large.
    private const double MoreTreeSteps = 4, LargeTreeWeight = 0.25, MostTreeSteps = 10;
    private const int WideTable = 50;

    // A member with less weight than this is left out.
    private const double LeastWeight = 0.05;

    // Networks take the random streams from 0; everything else starts here.
    private const ulong HeldBackStream = 1UL << 32, BaselineStream = HeldBackStream + 1, BoostedStream = HeldBackStream + 2;

    // Of a limited time, for boosted trees.
    private const double BoostedShare = 0.15;

    private readonly EncodedRows _rows = training.Rows;
    private readonly TrainingDeadline _deadline = training.Deadline;
    private readonly ProgressMeter _meter = training.Meter;
    private readonly CancellationToken _cancel = training.Cancel;
    private readonly int _threads = options.ThreadCount;

    /// <summary>Trains everything.</summary>
    /// <returns>The blend, and the network that draws, if there is to be one.</returns>
    public (Blend Blend, ConditionalDenoiser? Drawing) Train()
    {
        ConditionalPlan plan = ConditionalPlan.Choose(options, _rows);
        var everything = new Candidates(plan.Members & ~ImputationMembers.Denoisers, plan.Guessing, plan.Drawing);
        var heldBack = new HeldBackCells(
            _rows, plan.ValidationShare, RowsToHoldBack(), new Philox(options.Seed, HeldBackStream), options.OnlyMissingColumns);
        var trainer = new MemberTrainer(
            process, options.ChooseEngine(), options.Seed, _threads, options.OnlyMissingColumns, _meter, _cancel);
        _meter.Skip(-everything.Steps);
        if (heldBack.Cells.Count == 0)
        {
            (FittedMember[] untold, ConditionalDenoiser? draws) = trainer.Fit(everything, _rows, null, _rows, _deadline);
            return (new Blend(Blended(untold, BlendWeights.Equal(untold.Length)), null, []), draws);
        }

        bool refits = _rows.RowCount <= MostRowsToRefit;
        bool isWide = _rows.Width >= WideTable;
        double treeSteps = TreeSettings.UsualSteps * (refits && !isWide ? MoreTreeSteps : 1);
        Candidates first = (refits ? everything with { Drawing = null } : everything) with { TreeSteps = treeSteps };
        _meter.Skip(refits ? -first.Steps : 0);
        // Of a limited time the first training has its share by steps, and a part of that is kept for what is measured then.
        double share = !refits || everything.Steps == 0 ? 1
            : Math.Max(LeastFirstShare, first.Steps / (double)(first.Steps + everything.Steps));
        TrainingDeadline deadline = _deadline.First(share * FittingShare);
        (FittedMember[] members, ConditionalDenoiser? drawing) = trainer.Fit(first, heldBack.Rest, heldBack, _rows, deadline);
        float[][] predictions = [.. members.Select(member => heldBack.Predict(member.Predictor, _threads, _cancel))];
        BlendWeights weights = ColumnWeights.Add(BlendWeights.Fit(_rows, heldBack, predictions), _rows, heldBack, predictions);
        int[] kept = weights.AtLeast(LeastWeight);
        (members, weights) = ([.. kept.Select(i => members[i])], weights.Only(kept));
        BlendPredictor blend = Blended(members, weights);
        bool isBoosted = plan.Members.HasFlag(ImputationMembers.Trees);
        blend = isBoosted ? Boosted(blend, heldBack) : blend;
        (float[] guesses, float[] variances) = heldBack.Predict(blend, _threads, _cancel);
        var calibration = Calibration.Fit(_rows, heldBack, guesses, variances);
        _meter.Say(Sentence(blend, heldBack.Cells.Count));
        ImputationScore[] scores = options.CompareWithBaselines && !_deadline.IsOver ? Compare(heldBack, guesses, members, blend) : [];
        if (!refits)
            return (new Blend(blend, calibration, scores), drawing);

        // Short of time, what was trained without the held-back cells is kept.
        bool isLate = _deadline.HasLessThan(LeastSecondShare);
        Candidates second = isLate
            ? new Candidates(ImputationMembers.None, [], plan.Drawing)
            : new Candidates(
                members.Aggregate(ImputationMembers.None, (all, member) => all | member.Again.Members),
                [.. members.SelectMany(member => member.Again.Networks)],
                plan.Drawing)
            {
                TreeSteps = TreeWeight(members, weights) >= LargeTreeWeight && !isWide
                    ? TreeSettings.UsualSteps * MostTreeSteps : treeSteps,
                TreeChoices = members.Select(member => member.Predictor).OfType<TreePredictor>().FirstOrDefault()?.Choices ?? [],
            };
        _meter.Skip(everything.Steps - second.Steps);
        (FittedMember[] again, drawing) = trainer.Fit(second, _rows, null, _rows, _deadline);
        return (new Blend(isLate ? blend : Boosted(Blended(again, weights), blend.BoostedWeights, _rows), calibration, scores), drawing);
    }

    /// <summary>Boosted trees of what a blend fills, with the weights that do best on held-back cells.</summary>
    private BlendPredictor Boosted(BlendPredictor blend, HeldBackCells heldBack)
    {
        float[] any = new float[_rows.Width];
        if (Boosted(blend, any, heldBack.Rest) is not { Boosted: { } trees, BoostedAlone: { } alone })
            return blend;
        CellPredictor[] both = [blend, alone];
        float[][] predictions = [.. both.Select(predictor => heldBack.Predict(predictor, _threads, _cancel))];
        BlendWeights weights = ColumnWeights.Add(BlendWeights.Fit(_rows, heldBack, predictions), _rows, heldBack, predictions);
        float[] own = [.. any.Select((_, i) => (float)(weights.Columns.ElementAtOrDefault(i) ?? weights.Numbers)[1])];
        // To take them only where they are better by more than chance explains was worse: concrete (1,030 rows) lost the 3 % that they
        // gain.
        return Array.Exists(own, weight => weight >= LeastWeight) ? blend.With(trees, own) : blend;
    }

    /// <summary>Boosted trees of what a blend fills in some rows; the blend alone where there is no weight, or no time.</summary>
    private BlendPredictor Boosted(BlendPredictor blend, float[] weights, EncodedRows rows) =>
        weights.Length > 0 && BoostedStage.Fit(
            rows, blend, options.OnlyMissingColumns, new Philox(options.Seed, BoostedStream), _threads, _deadline.First(BoostedShare),
            _cancel)
            is { } trees ? blend.With(trees, weights) : blend;

    private static double TreeWeight(FittedMember[] members, BlendWeights weights)
    {
        int trees = Array.FindIndex(members, member => member.Predictor is TreePredictor);
        return trees < 0 ? 0 : Math.Max(weights.Numbers[trees], weights.Categories[trees]);
    }

    private int RowsToHoldBack() => _deadline.Left is { } left
        ? (int)Math.Clamp(left.TotalSeconds * RowsToHoldBackPerSecond, FewestRowsToHoldBack, MostRowsToHoldBack)
        : MostRowsToHoldBack;

    private ImputationScore[] Compare(HeldBackCells heldBack, float[] guesses, FittedMember[] members, BlendPredictor blend)
    {
        IEnumerable<(string, CellPredictor)> alone = members.Select(member => (member.Predictor.Name, member.Predictor));
        if (blend.BoostedAlone is { } boosted)
            alone = alone.Append((BlendPredictor.BoostedTrees, boosted));
        ImputationScore[] scores = BaselineComparison.Run(
            _rows,
            heldBack,
            guesses,
            alone,
            new Philox(options.Seed, BaselineStream),
            _threads,
            _deadline,
            _cancel);
        _meter.Say(BaselineComparison.Describe(scores, heldBack.Cells.Count));
        return scores;
    }

    private BlendPredictor Blended(FittedMember[] members, BlendWeights weights) =>
        new(
            _rows.Encoder,
            [.. members.Select(member => member.Predictor)],
            ToSingle(weights.Numbers),
            ToSingle(weights.Categories),
            weights.Columns.Length == 0 ? null : Array.ConvertAll(weights.Columns, own => own is null ? null : ToSingle(own)));

    private string Sentence(BlendPredictor blend, int heldBack)
    {
        IEnumerable<string> parts = blend.Members.Select(member =>
            string.Create(CultureInfo.InvariantCulture, $"{member.Name} {member.NumberWeight:P0} of numbers and {member.CategoryWeight:P0} of categories"));
        string[] own = [.. blend.OwnColumns.Select(column => $"'{_rows.Encoder.Columns[_rows.Columns[column].Source].Name}'")];
        string end = own.Length == 0 ? "." : $"; of their own in {string.Join(", ", own)}.";
        return $"The best guess, by the error on {heldBack} held-back cells: {string.Join(", ", parts)}{end}";
    }

    private static float[] ToSingle(double[] weights) => [.. weights.Select(weight => (float)weight)];
}
