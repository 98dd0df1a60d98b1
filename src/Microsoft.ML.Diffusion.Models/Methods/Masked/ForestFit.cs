using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>Grows the forests of a <see cref="ForestMixture"/> and finds the weight of each that maximizes the likelihood of rows that
/// neither it nor the network learnt from; there is no forest where that likelihood may be larger by chance.</summary>
internal sealed class ForestFit
{
    // A forest needs so much more logarithm of the likelihood of held-back rows: a likelihood ratio test at the level of 5 %.
    private const double LeastGain = 1.92;

    // Held-back rows times columns that are looked at, so that a wide table does not wait.
    private const int MostCells = 100_000;

    // Rows that a forest grows from at most, and fewer in wide tables: a row is looked at about StepsOfInput times for each input, on all
    // levels of all trees.
    private const int MostRows = 20_000;
    private const double MostSteps = 1e10, StepsOfInput = 200;

    // Growing may take this share of a limited time.
    private const double ShareOfTime = 0.3;

    // A weight counts as if of two more rows one were the forest's, so that the network is never ruled out.
    private const double PriorRows = 2;

    private const int RowsAtOnce = 256, Rounds = 50;

    private static readonly bool[] s_labels = [false, true];

    private readonly ColumnPredictor _network;
    private readonly TokenColumn[] _columns;
    private readonly int[] _tokens;
    private readonly int[] _order;
    private readonly int[] _heldBack;
    private readonly TrainingDeadline _deadline;

    private ForestFit(
        ColumnPredictor network, TokenColumn[] columns, int[] tokens, int[] order, int[] heldBack, TrainingDeadline deadline)
    {
        (_network, _columns, _tokens, _order, _deadline) = (network, columns, tokens, order, deadline);
        _heldBack = heldBack[..Math.Min(heldBack.Length, MostCells / columns.Length)];
    }

    /// <summary>Grows and weighs forests.</summary>
    /// <param name="network">The network alone, trained.</param>
    /// <param name="columns">The columns; at least one.</param>
    /// <param name="tokens">Rows of tokens.</param>
    /// <param name="order">The order in which columns are drawn.</param>
    /// <param name="hasLabel">Whether the last of them is a label, which may be given.</param>
    /// <param name="heldBack">Rows that the network did not learn from.</param>
    /// <param name="engine">Where to compute.</param>
    /// <param name="random">Everything random.</param>
    /// <param name="deadline">When it is over, the columns that were not looked at have no forests.</param>
    /// <param name="cancel">Looked at for every forest.</param>
    /// <returns>Null where no column has one.</returns>
    public static ForestMixture? Fit(
        ColumnPredictor network, TokenColumn[] columns, int[] tokens, int[] order, bool hasLabel, int[] heldBack, TensorEngine engine,
        Philox random, TrainingDeadline deadline, CancellationToken cancel)
    {
        int[] rows = new int[tokens.Length / columns.Length];
        random.Fork(0).Permutation(rows);
        HashSet<int> held = [.. heldBack];
        rows = [.. rows.Where(row => !held.Contains(row))];
        // Columns that are drawn at once do not know each other, and with forests pairs of codes of records came out less well.
        if (held.Count == 0 || columns.Length > MaskedSampler.MostPasses)
            return null;
        double steps = StepsOfInput * (hasLabel ? 2 : 1) * columns.Length * columns.Length / 2;
        int rowsOfForest = (int)Math.Min(Math.Min(MostRows, rows.Length), MostSteps / steps);
        (int Place, bool IsLabelGiven)[] asked =
        [
            .. from place in Enumerable.Range(0, order.Length)
               where columns[order[place]].Count <= ColumnForest.MostTokens
               from isLabelGiven in s_labels
               where !isLabelGiven || (hasLabel && place < order.Length - 1)
               where ForestMixture.Inputs(order, place, isLabelGiven).Length > 0
               select (place, isLabelGiven),
        ];
        var fit = new ForestFit(network, columns, tokens, order, heldBack, deadline.First(ShareOfTime));
        ColumnForest?[] grown = new ColumnForest?[asked.Length];
        ParallelLoop.Run(asked.Length, task =>
        {
            // Each forest has other rows of a large table.
            long first = (long)task * rowsOfForest;
            int[] own = [.. Enumerable.Range(0, rowsOfForest).Select(row => rows[(first + row) % rows.Length])];
            grown[task] = fit.Grow(own, asked[task].Place, asked[task].IsLabelGiven, random.Fork((ulong)task + 1));
        }, cancel: cancel);
        WeightedForest?[][] forests = [.. columns.Select(_ => new WeightedForest?[2])];
        using Tape tape = engine.CreateTape(training: false);
        for (int task = 0; task < asked.Length && !deadline.IsOver; task++)
        {
            cancel.ThrowIfCancellationRequested();
            (int place, bool isLabelGiven) = asked[task];
            if (grown[task] is { } forest)
                forests[order[place]][isLabelGiven ? 1 : 0] = fit.Weigh(forest, place, isLabelGiven, tape);
        }
        return forests.Any(own => own[0] is not null || own[1] is not null) ? new ForestMixture(order, forests) : null;
    }

    private ColumnForest? Grow(int[] rows, int place, bool isLabelGiven, Philox random)
    {
        int column = _order[place];
        int[] inputs = ForestMixture.Inputs(_order, place, isLabelGiven), known = Known(rows, column, inputs);
        return known.Length == 0 ? null : ColumnForest.Grow(_columns, _tokens, known, column, inputs, random, _deadline);
    }

    /// <summary>A forest as it makes held-back rows likeliest; null where that may be chance.</summary>
    private WeightedForest? Weigh(ColumnForest forest, int place, bool isLabelGiven, Tape tape)
    {
        List<(double Network, double Forest)> found = Compare(forest, place, isLabelGiven, tape);
        // Expectation and maximization: how probable it is of each row that its token is the forest's.
        double weight = 0.5;
        for (int round = 0; round < Rounds; round++)
            weight = ((PriorRows / 2) + found.Sum(each => weight * each.Forest / Mixed(each, weight))) / (PriorRows + found.Count);
        double gain = found.Sum(each => Math.Log(Mixed(each, weight) / Mixed(each, 0)));
        return gain > LeastGain ? new WeightedForest(forest, (float)weight) : null;
    }

    private static double Mixed((double Network, double Forest) of, double weight) =>
        Math.Max((weight * of.Forest) + ((1 - weight) * of.Network), 1e-20);

    /// <summary>The probabilities of the tokens that held-back rows have.</summary>
    private List<(double Network, double Forest)> Compare(ColumnForest forest, int place, bool isLabelGiven, Tape tape)
    {
        int column = _order[place], width = _columns.Length, slots = _columns[column].Count;
        int[] inputs = ForestMixture.Inputs(_order, place, isLabelGiven), rows = Known(_heldBack, column, inputs);
        List<(double, double)> found = [];
        float[] probabilities = new float[slots];
        for (int start = 0; start < rows.Length; start += RowsAtOnce)
        {
            ReadOnlySpan<int> some = rows.AsSpan(start, Math.Min(RowsAtOnce, rows.Length - start));
            float[] output = _network.Predict(tape, _tokens, some, inputs, column);
            for (int n = 0; n < some.Length; n++)
            {
                ReadOnlySpan<int> row = _tokens.AsSpan(some[n] * width, width);
                Span<float> own = output.AsSpan(n * slots, slots);
                ForestMixture.Normalize(own);
                forest.Probabilities(row, probabilities);
                found.Add((own[row[column]], probabilities[row[column]]));
            }
        }
        return found;
    }

    /// <summary>The rows in which a column and the inputs of its forest have tokens.</summary>
    private int[] Known(int[] rows, int column, int[] inputs) => Array.FindAll(rows, row =>
    {
        ReadOnlySpan<int> tokens = _tokens.AsSpan(row * _columns.Length, _columns.Length);
        bool isKnown = tokens[column] >= 0;
        foreach (int input in inputs)
            isKnown &= tokens[input] >= 0;
        return isKnown;
    });
}
