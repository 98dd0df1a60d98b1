using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Donors;

/// <summary>Grows the trees of <see cref="DonorDraws"/> in several chains side by side.</summary>
internal sealed class DonorTrainer(EncodedRows table, ObservedNumbers numbers, Philox random, int threads, TrainingDeadline deadline)
{
    /// <summary>The most rows that trees grow from: a tree's nodes are numbered in two bytes.</summary>
    private const int MostRows = 5000;

    private const int Chains = 2;

    // Steps of growing trees that may be taken: a few seconds. More are saved by trying fewer inputs at every node, then by fewer rows.
    private const double MostSteps = 6e8, LeastTried = 0.1;
    private const int FewestRows = 500;

    /// <summary>Grows the trees.</summary>
    /// <param name="onlyMissingColumns">Whether columns in which nothing is missing have none.</param>
    /// <param name="cancel">Looked at before every tree.</param>
    /// <returns>Null where time is over before every column has a tree, and for tables so wide that it would take minutes.</returns>
    public DonorDraws? Fit(bool onlyMissingColumns, CancellationToken cancel)
    {
        int most = Math.Min(MostRows, table.RowCount);
        double perRow = (double)table.Encoder.SlotCount * table.Width * Chains * DonorChain.Sweeps;
        double Tried(int rows) => MostSteps / (perRow * rows * Math.Log2(rows + 2));
        while (most > FewestRows && Tried(most) < LeastTried)
            most = Math.Max(FewestRows, most / 2);
        if (Tried(most) < LeastTried)
            return null;
        EncodedRows rows = table.Take(RowSample.Of(table.RowCount, most, random.Fork(0)));
        DonorTarget?[] targets = [.. Enumerable.Range(0, table.Width).Select(column => DonorTarget.Of(column, rows, numbers))];
        bool[] isFilled = onlyMissingColumns ? table.FindMissingColumns() : [.. targets.Select(_ => true)];
        for (int column = 0; column < targets.Length; column++)
            targets[column] = isFilled[column] ? targets[column] : null;
        DonorChain Chain(ulong number) => new(rows, numbers, targets, Math.Min(1, Tried(most)), random.Fork(number), deadline);
        DonorChain trial = Chain(Chains + 1);
        trial.BeginWith(cancel);
        ParallelLoop.Run(targets.Length, column =>
        {
            if (targets[column] is { } target)
                targets[column] = target with { SmallestSplit = trial.ChooseSplit(column) };
        }, threads, cancel);
        List<DonorTree>[][] chains = new List<DonorTree>[Chains][];
        ParallelLoop.Run(Chains, chain => chains[chain] = Chain((ulong)chain + 1).Run(cancel), threads, cancel);
        DonorColumn?[] columns = new DonorColumn?[targets.Length];
        for (int column = 0; column < columns.Length; column++)
        {
            DonorTree[] trees = [.. chains.SelectMany(chain => chain[column])];
            if (targets[column] is not { } target)
                continue;
            if (trees.Length == 0)
                return null;
            columns[column] = new DonorColumn(target.Inputs, trees);
        }
        return new DonorDraws(table.Encoder, numbers, columns);
    }
}
