using Microsoft.ML.Diffusion.Evaluation.Utility;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Trainers.FastTree;

namespace Microsoft.ML.Diffusion.Evaluation;

/// <summary>Whether a model can tell rows from real ones: the area under its curve in cross-validation, each row judged by a model that
/// has not
/// seen it (classifier two-sample test: Lopez-Paz and Oquab 2017).</summary>
internal static class Detection
{
    /// <summary>Two of each kind in every fold.</summary>
    public const int FewestRows = 2 * Folds;

    private const int Folds = 3;
    private const ulong RealStream = 0x4465_7465, OtherStream = 0x4465_7466;

    /// <param name="ml">Trains.</param>
    /// <param name="real">The real rows.</param>
    /// <param name="other">The rows to tell from them.</param>
    /// <param name="most">How many of each to take at most.</param>
    /// <param name="seed">Which.</param>
    /// <returns>Mean AUC of the folds of a logistic regression and of boosted trees, and how many rows of each kind they were given; NaN
    /// where there are too few rows.</returns>
    public static (double Logistic, double Trees, int Rows) Measure(MLContext ml, Table real, Table other, int most, ulong seed)
    {
        int rows = Math.Min(most, Math.Min(real.RowCount, other.RowCount));
        if (rows < FewestRows)
            return (double.NaN, double.NaN, 0);
        var featurizer = new Featurizer(real, labelColumn: null);
        RowList a = RowList.Of(real).Shuffled(new(seed, RealStream)).First(rows), b = RowList.Of(other).Shuffled(new(seed, OtherStream)).First(rows);
        double logistic = 0, trees = 0;
        for (int fold = 0; fold < Folds; fold++)
        {
            (int from, int to) = (rows * fold / Folds, rows * (fold + 1) / Folds);
            (RowList training, bool[] known) = Mixed(a.First(from).Then(a.Skip(to)), b.First(from).Then(b.Skip(to)), seed);
            RowList tested = a.Skip(from).First(to - from).Then(b.Skip(from).First(to - from));
            bool[] truth = [.. Enumerable.Range(0, tested.Count).Select(row => row < to - from)];
            double Auc(IEstimator<ITransformer> trainer)
            {
                ITransformer model = trainer.Fit(FeatureView.Of(training, featurizer, known));
                IDataView scored = model.Transform(FeatureView.Of(tested, featurizer, truth));
                (bool[] labels, bool[] predicted, double[] scores) = Predictions.ReadBinary(scored, tested.Count);
                (model as IDisposable)?.Dispose();
                return PredictionMetrics.Binary(labels, predicted, scores)[0];
            }

            logistic += Auc(ml.BinaryClassification.Trainers.LbfgsLogisticRegression()) / Folds;
            trees += Auc(ml.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options
            {
                NumberOfThreads = DefaultTrainers.ThreadsFor(2 * rows),
            })) / Folds;
        }

        return (logistic, trees, rows);
    }

    // Trainers that go through rows in order should not meet all of one kind first.
    private static (RowList Rows, bool[] IsReal) Mixed(RowList real, RowList other, ulong seed)
    {
        int[] order = new int[real.Count + other.Count];
        new Philox(seed, OtherStream + 1).Permutation(order);
        return (real.Then(other).Pick(order), [.. order.Select(row => row < real.Count)]);
    }
}
