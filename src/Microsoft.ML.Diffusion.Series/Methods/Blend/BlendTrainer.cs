using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Series.Calibration;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Smoother;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend;

/// <summary>Trains the trees and the network that correct a smoother, on observed cells that are hidden from all of them.</summary>
internal sealed class BlendTrainer(
    SeriesTable table, SmootherModel model, TrainingPieces pieces, BlendOptions options, Philox random, ProgressMeter meter,
    TrainingDeadline deadline, CancellationToken cancel)
{
    // Too few rows teach nothing that the smoother does not know.
    private const int FewestRows = 60;

    // The steps that a network sees at a time, at most; the share of elements that it leaves out while training.
    private const int MostSteps = 64;
    private const float Dropout = 0.1f;

    // A series with its hidden cells is seen so often at most, so that few series take little time; a network learns so many steps at
    // least.
    private const int MostEpochs = 30, FewestSteps = 500;

    // Parts of the corrections that are tried.
    private static readonly double[] s_shares = [0, 0.2, 0.4, 0.6, 0.8, 1];

    private readonly int _threads = options.ThreadCount;
    private readonly bool _isCausal = options.Direction == SeriesDirection.Causal;
    private readonly double _step = LagMoments.MedianStep([.. table.Items.Select(series => series.Times)]);
    private readonly double _period = model.Covariance.Period;

    /// <summary>Trains.</summary>
    public CorrectedSmoother Run()
    {
        var features = new CellFeatures(model, _step, table.Statics);
        // Attention looks both ways, so that a causal blend has no network.
        bool hasNetwork = options.NetworkSteps > 0 && !_isCausal && !deadline.IsOver;
        HiddenRows learned = Collect(features, pieces.Learned, options.Passes, random.Fork(0), hasNetwork, deadline.First(0.4));
        HiddenRows held = Collect(features, pieces.HeldBack, 1, random.Fork(1), withSeries: false, deadline.First(0.2));
        var trees = new BoostedTrees[model.Variables];
        ParallelLoop.Run(trees.Length, v => trees[v] = Grow(v, learned, held), _threads, cancel);
        SeriesDenoiser[] networks = hasNetwork && learned.Series.Count > 0 ? TrainNetworks(learned.Series) : [];
        var corrected = new CorrectedSmoother(features, trees, networks, _step, _period);
        ChooseShares(corrected);
        return corrected;
    }

    private BoostedTrees Grow(int variable, HiddenRows learned, HiddenRows held)
    {
        if (learned.Rows[variable].Count < FewestRows || options.Trees == 0 || deadline.IsOver)
            return BoostedTrees.None;
        return BoostedTrees.Fit(
            learned.Rows[variable], [.. learned.Left[variable]], held.Rows[variable], [.. held.Left[variable]], options.Trees,
            random.Fork(2).Fork((ulong)variable), deadline.First(0.5), cancel);
    }

    private SeriesDenoiser[] TrainNetworks(List<DenoiserSeries> series)
    {
        int steps = Math.Min(MostSteps, series.Max(own => own.Times.Length));
        int length = Math.Min(options.NetworkSteps, Math.Max(FewestSteps, MostEpochs * series.Count / DenoiserTrainer.Batch));
        meter.Planned -= options.Networks * (options.NetworkSteps - length);
        List<SeriesDenoiser> networks = [];
        using var engine = new ManagedEngine(_threads);
        while (networks.Count < options.Networks && !(networks.Count > 0 && deadline.IsOver))
        {
            Philox own = random.Fork(3).Fork((ulong)networks.Count);
            var network = new SeriesDenoiser(
                model.Variables, steps, options.NetworkWidth, options.NetworkLayers, Dropout, own.Fork(0));
            // Each of those still to be trained gets a part of the time that is left, and so does what comes after them.
            TrainingDeadline until = deadline.First(0.9 - 0.3 * (options.Networks - networks.Count - 1) / options.Networks);
            DenoiserTrainer.Train(network, series, length, options.NetworkRate, own.Fork(1), engine, meter, until, cancel);
            networks.Add(network);
        }
        return [.. networks];
    }

    /// <summary>Takes as much of the corrections of each variable as leaves the least error in its units.</summary>
    private void ChooseShares(CorrectedSmoother corrected)
    {
        int width = model.Variables;
        var found = new List<Corrections>[pieces.HeldBack.Length];
        HiddenCells.Predict(table, model, pieces.HeldBack, _isCausal, random.Fork(5), _threads, deadline, (i, series, cells, hidden) =>
        {
            double[] ofTrees = new double[hidden.Length], ofNetwork = new double[hidden.Length];
            corrected.Corrections(series, hidden, ofTrees, ofNetwork, new double[hidden.Length]);
            found[i] =
            [
                .. hidden.Select((cell, j) =>
                    new Corrections(
                        cell % width, cells[cell], series.Means[cell], ofTrees[j], ofNetwork[j], LoneValues.Around(series, cell))),
            ];
        }, cancel);
        ILookup<int, Corrections> ofVariable =
            found.Where(list => list is not null).SelectMany(list => list).ToLookup(cell => cell.Variable);
        for (int v = 0; v < width; v++)
        {
            VariableTransform transform = model.Transforms[v];
            double best = double.PositiveInfinity;
            foreach (double trees in s_shares)
            {
                foreach (double network in s_shares.Where(share => share + trees <= 1.2))
                {
                    double error = 0;
                    foreach (Corrections cell in ofVariable[v])
                    {
                        double number = CorrectedSmoother.Corrected(cell.Smoothed, trees * cell.Trees + network * cell.Network);
                        double guess = transform.Revert(LoneValues.Tame(number, cell.Around.Before, cell.Around.After));
                        error += Math.Abs(transform.Revert(cell.Truth) - guess);
                    }
                    if (error < best)
                        (best, corrected.TreeShares[v], corrected.NetworkShares[v]) = (error, trees, network);
                }
            }
        }
    }

    /// <summary>Hides cells of pieces, and writes what trees and a network are told of them.</summary>
    private HiddenRows Collect(CellFeatures features, SeriesPiece[] from, int passes, Philox own, bool withSeries, TrainingDeadline until)
    {
        int width = model.Variables;
        double[] kept = Kept(TrainingPieces.OfPass(from, width, 0), passes);
        var result = new HiddenRows(width);
        for (int pass = 0; pass < passes && !(pass > 0 && (until.IsOver || deadline.HasLessThan(0.6))); pass++)
        {
            SeriesPiece[] now = TrainingPieces.OfPass(from, width, pass);
            var found = new List<(int Variable, float[] Row, float Left)>[now.Length];
            var series = new DenoiserSeries?[now.Length];
            Philox ofPass = own.Fork((ulong)pass), choice = ofPass.Fork(ulong.MaxValue);
            HiddenCells.Predict(table, model, now, _isCausal, ofPass, _threads, until, (i, smoothed, cells, hidden) =>
            {
                found[i] = [];
                Philox chance = choice.Fork((ulong)i);
                foreach (int cell in hidden)
                {
                    if (chance.Uniform((ulong)cell) >= kept[cell % width])
                        continue;
                    float[] row = new float[features.Count];
                    features.Write(smoothed, cell, row);
                    found[i].Add((cell % width, row, (float)(cells[cell] - smoothed.Means[cell])));
                }
                if (withSeries)
                    series[i] = new DenoiserSeries(smoothed, _step, _period, cells, hidden);
            }, cancel);
            result.Add(found, series);
        }
        return result;
    }

    /// <summary>The share of the hidden cells of each variable that trees grow from.</summary>
    private double[] Kept(SeriesPiece[] from, int passes)
    {
        int width = model.Variables;
        double[] kept = new double[width];
        foreach (SeriesPiece piece in from)
        {
            double[] cells = table.Items[piece.Series].Cells;
            for (int i = piece.First * width; i < piece.Last * width; i++)
                kept[i % width] += double.IsNaN(cells[i]) ? 0 : 1;
        }
        return Array.ConvertAll(kept, seen => Math.Min(1, options.MostRows / Math.Max(1, HiddenGaps.ExpectedShare * passes * seen)));
    }

    /// <summary>A hidden cell and what would be added to what the smoother says.</summary>
    private readonly record struct Corrections(
        int Variable, double Truth, double Smoothed, double Trees, double Network, (double Before, double After) Around);
}
