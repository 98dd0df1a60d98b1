using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Privacy;
using Microsoft.ML.Diffusion.Models.PrivateColumns;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.PrivateMarginals;

/// <summary>Measures marginals under a privacy budget, the one that the model is farthest from next (AIM: McKenna, Mullins, Sheldon, Miklau
/// 2022, algorithm 2).</summary>
/// <remarks>The counts of single columns have a share of the budget of their own, since bins and categories are found with them. Rounds
/// follow, each of a choice by the exponential mechanism and a measurement by the Gaussian one; where a measurement brought less than its
/// noise, the next ones get more of the budget.</remarks>
internal sealed class MarginalTrainer(
    ITableRows rows, PrivateMarginalsOptions options, ProgressMeter meter, TrainingDeadline deadline, CancellationToken cancel)
{
    // Shares of the budget.
    private const double ColumnsShare = 0.25, ChoiceShare = 0.1;

    // Rounds that are planned for each column, and the most of all.
    private const int RoundsPerColumn = 4, MostRounds = 200;

    // Of a wide table so many marginals are looked at in a round, other ones in each: which, does not depend on the rows.
    private const int MostCandidates = 1000;

    // Steps of the fit after each round, and at the end.
    private const int RoundSteps = 60, LastSteps = 1000;

    // The mean of the size of a normal number with deviation 1.
    private static readonly double s_meanSize = Math.Sqrt(2 / Math.PI);

    public MarginalSampler Train()
    {
        TableSurvey survey = TableSurvey.Of(
            rows, options.Domains, options.PrivacyBudget, ledgerShare: 1, ColumnsShare, options.Bins, options.LabelColumn,
            new NoiseSource((ulong?)options.NoiseSeed), cancel);
        if (survey.Warning is { } warning)
            meter.Say(warning);
        (ColumnSurvey[] surveys, PrivacyLedger ledger) = (survey.Columns, survey.Ledger);
        List<Measurement> measurements = [.. surveys.Select((one, place) => new Measurement([place], one.Counts, one.Precisions))];
        int[] sizes = [.. surveys.Select(one => one.States.Count)];
        MarginalModel model = Select([.. surveys.Select(one => one.Cells)], sizes, measurements, ledger);
        model.Fit(LastSteps, cancel);
        var statement = new PrivacyStatement(
            options.PrivacyBudget, survey.Rho, survey.ThresholdDelta, ledger.Expenses, options.NoiseSeed is not null);
        return new MarginalSampler([.. surveys.Select(one => one.States)], model.Measurements, statement);
    }

    private MarginalModel Select(ushort[][] cells, int[] sizes, List<Measurement> measurements, PrivacyLedger ledger)
    {
        int rounds = Math.Min(MostRounds, RoundsPerColumn * sizes.Length), seed = 0;
        meter.Planned = rounds;
        double cost = ledger.Left / rounds;
        var candidates = new MarginalCandidates(cells, sizes, options.LabelColumn, options.ModelCells);
        var model = new MarginalModel(measurements, sizes);
        model.Fit(RoundSteps, cancel);
        bool isLast = sizes.Length < 2;
        while (!isLast && ledger.Left > 0 && !deadline.HasLessThan(0.3))
        {
            cancel.ThrowIfCancellationRequested();
            isLast = ledger.Left < 2 * cost;
            if (isLast)
                cost = ledger.Left * (1 - 1e-9);
            int[] possible = Possible(candidates, measurements, sizes, 1 - (ledger.Left / (ledger.Left + Spent(ledger))));
            double[] errors = candidates.Errors(model, (ulong)seed++, possible, cancel);
            double deviation = Math.Sqrt(PrivacyLedger.VarianceAt((1 - ChoiceShare) * cost));
            double[] scores = [.. possible.Select((candidate, i) =>
                candidates.Weights[candidate] * (errors[i] - (s_meanSize * deviation * candidates.CellsOf(candidate))))];
            int chosen = possible[ledger.Choose(scores, sensitivity: 1, Math.Sqrt(8 * ChoiceShare * cost), "choice of marginals")];
            double[] noisy = ledger.Measure(
                candidates.Count(chosen), (1 - ChoiceShare) * cost, "counts of several columns", out double variance);
            double[] precisions = new double[noisy.Length];
            Array.Fill(precisions, 1 / variance);
            measurements.Add(new Measurement(candidates.Sets[chosen], noisy, precisions));
            model = new MarginalModel(measurements, sizes);
            double[] before = model.Marginals()[^1];
            model.Fit(RoundSteps, cancel);
            double change = before.Zip(model.Marginals()[^1], (a, b) => Math.Abs(a - b)).Sum();
            if (change <= s_meanSize * Math.Sqrt(variance) * noisy.Length)
                cost *= 4;
            meter.Count(change / model.Total);
        }
        return model;
    }

    private static double Spent(PrivacyLedger ledger) => ledger.Expenses.Sum(expense => expense.Rho);

    // Those with which the model stays small enough: it may grow with the budget that is spent, so that the last rounds have room.
    private int[] Possible(MarginalCandidates candidates, List<Measurement> measurements, int[] sizes, double spent)
    {
        double most = options.ModelCells * Math.Max(0.1, spent);
        int[][] sets = [.. measurements.Select(measurement => measurement.Columns)];
        JunctionTree now = JunctionTree.Of(sets, sizes)!;
        int[] looked = [.. Enumerable.Range(0, candidates.Sets.Length)];
        if (looked.Length > MostCandidates)
        {
            new Philox((ulong)measurements.Count).Shuffle(looked.AsSpan());
            looked = looked[..MostCandidates];
        }
        return [.. looked.Where(i =>
            candidates.Sets[i].Length == 1
            || Array.Exists(now.Cliques, clique => candidates.Sets[i].All(column => Array.BinarySearch(clique, column) >= 0))
            || JunctionTree.Of(sets.Append(candidates.Sets[i]), sizes, most) is not null)];
    }
}
