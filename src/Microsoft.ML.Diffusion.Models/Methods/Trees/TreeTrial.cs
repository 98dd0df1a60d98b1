using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Trees;

/// <summary>Chooses of how few rows a node is a leaf and how many inputs are tried at a node, by the squared error of numbers, or of the
/// shares of categories, in rows that some trial trees did not grow from. A column that is mostly noise has larger leaves, which are also
/// fewer.</summary>
internal sealed class TreeTrial
{
    /// <summary>With fewer rows nothing is tried.</summary>
    public const int FewestRows = 200;

    // Trees of a trial, its rows at most, and the share of them that trees do not grow from.
    private const int Trees = 16, MostRows = 5000;
    private const double HeldOut = 0.25;
    private const int FewRows = 2000;

    // So much more squared error larger leaves may have, as a share: in the blend it is hardly seen, and trees are smaller.
    private const double Tolerance = 0.004;

    // Fewer inputs are tried from so many rows on; they have to be so much better.
    private const int FewestToTryInputs = 1000;
    private const double FewerTried = 0.6, LeastGain = 0.998;

    // Leaves smaller than usual are for columns whose rows come twice. They make trees so large that they have to be worth it.
    private const int UsualSize = 5;
    private const double SmallGain = 0.98;

    private static readonly int[] s_sizes = [2, 3, 5, 8, 12, 20, 32, 50, 80];

    private readonly TreeRows _rows;
    private readonly int _grown;
    private readonly int _tried;
    private readonly int _values;

    private TreeTrial(TreeRows rows)
    {
        _rows = rows;
        int all = Math.Min(MostRows, rows.Count);
        _tried = (int)(HeldOut * all);
        _grown = all - _tried;
        _values = rows.Categories > 2 ? rows.Categories : 1;
    }

    /// <summary>Chooses.</summary>
    /// <param name="rows">The rows, in an order that tells nothing.</param>
    /// <param name="settings">How trees are grown.</param>
    /// <param name="trees">Of how many trees the mean will be.</param>
    /// <param name="grow">Grows one tree.</param>
    /// <param name="random">What the trees are random in.</param>
    /// <param name="threads">How many to use; changes no bit.</param>
    /// <param name="cancel">Looked at before every tree.</param>
    /// <returns>What was best.</returns>
    public static TreeChoice Choose(
        TreeRows rows, TreeSettings settings, int trees, Grow grow, Philox random, int threads, CancellationToken cancel)
    {
        // Of few rows each is held out once, for a quarter of them would tell little.
        int folds = rows.Count < FewRows ? (int)(1 / HeldOut) : 1;
        TreeTrial[] trials = [.. Enumerable.Range(0, folds).Select(fold => new TreeTrial(rows.BeginningAt(fold * rows.Count / folds)))];
        double[] all = Try(settings.Tried), some = rows.Count < FewestToTryInputs ? all : Try(settings.Tried * FewerTried);
        bool areFewer = some.Min() < all.Min() * LeastGain;
        return new TreeChoice(Largest(areFewer ? some : all), areFewer ? settings.Tried * FewerTried : settings.Tried);

        double[] Try(double tried)
        {
            double[] sums = new double[s_sizes.Length];
            TreeSettings full = settings with { SmallestSplit = s_sizes[0], Tried = tried };
            for (int fold = 0; fold < folds; fold++)
            {
                TreeTrial trial = trials[fold];
                TreeRows first = trial._rows.First(trial._grown);
                Philox own = random.Fork((ulong)fold);
                float[][] predictions = new float[Trees][];
                ParallelLoop.Run(
                    Trees, i => predictions[i] = trial.Predict(grow(first, full, own.Fork((ulong)i)), first), threads, cancel);
                double[] more = trial.Errors(predictions, trees);
                for (int size = 0; size < sums.Length; size++)
                    sums[size] += more[size];
            }
            return sums;
        }
    }

    /// <summary>The largest size that is nearly as good as the best.</summary>
    private static int Largest(double[] errors)
    {
        int usual = Array.IndexOf(s_sizes, UsualSize);
        double best = errors[usual..].Min();
        double least = errors.Min() < best * SmallGain ? errors.Min() : best;
        return s_sizes[Array.FindLastIndex(errors, error => error <= least * (1 + Tolerance))];
    }

    /// <summary>What a tree says of the rows that it did not grow from, were its leaves of each size.</summary>
    /// <returns>[sizes, rows, values].</returns>
    private float[] Predict(GrownTree tree, TreeRows first)
    {
        int[] counts = new int[tree.Nodes.Length];
        float[] sums = new float[tree.Nodes.Length * _values];
        for (int row = 0; row < first.Count; row++)
        {
            int place = 0;
            while (true)
            {
                counts[place]++;
                if (_values == 1)
                    sums[place] += first.Targets[row];
                else
                    sums[place * _values + (int)first.Targets[row]]++;
                if (tree.Nodes[place].IsLeaf)
                    break;
                place = Next(tree.Nodes[place], first, row);
            }
        }
        float[] predictions = new float[s_sizes.Length * _tried * _values];
        for (int i = 0; i < _tried; i++)
        {
            int place = 0;
            for (int size = s_sizes.Length - 1; size >= 0; size--)
            {
                while (!tree.Nodes[place].IsLeaf && counts[place] >= s_sizes[size])
                    place = Next(tree.Nodes[place], _rows, _grown + i);
                Span<float> own = predictions.AsSpan(((size * _tried) + i) * _values, _values);
                for (int value = 0; value < _values; value++)
                    own[value] = sums[place * _values + value] / counts[place];
            }
        }
        return predictions;
    }

    private static int Next(TreeNode node, TreeRows rows, int row) =>
        node.Left + (rows.Values[(node.Input * rows.Count) + row] > node.Value ? 1 : 0);

    /// <summary>The error with leaves of each size.</summary>
    private double[] Errors(float[][] predictions, int trees)
    {
        double[] errors = new double[s_sizes.Length];
        for (int size = 0; size < errors.Length; size++)
        {
            for (int i = 0; i < _tried; i++)
            {
                for (int value = 0; value < _values; value++)
                    errors[size] += Error(predictions, ((size * _tried) + i) * _values + value, Truth(_grown + i, value), trees);
            }
        }
        return errors;
    }

    private float Truth(int row, int value) =>
        _values == 1 ? _rows.Targets[row] : (int)_rows.Targets[row] == value ? 1 : 0;

    /// <summary>The squared error to be expected of the mean of more trees than were tried: what they differ by falls with their
    /// number.</summary>
    private static double Error(float[][] predictions, int place, float truth, int trees)
    {
        double sum = 0, squares = 0;
        foreach (float[] tree in predictions)
        {
            sum += tree[place];
            squares += tree[place] * tree[place];
        }
        double mean = sum / predictions.Length, variance = Math.Max(0, squares - (sum * mean)) / (predictions.Length - 1);
        return Math.Pow(mean - truth, 2) - (variance * ((1.0 / predictions.Length) - (1.0 / Math.Max(trees, predictions.Length))));
    }

    /// <summary>Grows one tree.</summary>
    public delegate GrownTree Grow(TreeRows rows, TreeSettings settings, Philox random);
}
