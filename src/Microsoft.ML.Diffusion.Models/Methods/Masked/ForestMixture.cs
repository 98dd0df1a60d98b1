using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>Random forests beside the network: with some probability a token is drawn as the forest of its column tells, otherwise as the
/// network does. A forest finds cuts and exact relations that a network smooths over, and the two err differently.</summary>
/// <remarks>A column has a forest that knows the columns drawn before it, and one that knows a given label as well. Rows of which
/// something else is known are drawn by the network alone.</remarks>
internal sealed class ForestMixture
{
    // No token of a mixture is less probable, so that every logarithm is a number.
    private const float Least = 1e-20f;

    private readonly int[] _order;
    private readonly int[] _places;

    // Of each column the forest without and with the label.
    private readonly WeightedForest?[][] _forests;

    /// <param name="order">The order in which columns are drawn.</param>
    /// <param name="forests">Of each column the one without and the one with the label; null for none.</param>
    public ForestMixture(int[] order, WeightedForest?[][] forests)
    {
        (_order, _forests) = (order, forests);
        _places = new int[order.Length];
        for (int place = 0; place < order.Length; place++)
            _places[order[place]] = place;
    }

    /// <summary>The columns that a forest knows.</summary>
    /// <param name="order">The order in which columns are drawn; the last is the label.</param>
    /// <param name="place">The place of the forest's column in it.</param>
    /// <param name="isLabelGiven">Whether the label is known before the others.</param>
    public static int[] Inputs(int[] order, int place, bool isLabelGiven)
    {
        return isLabelGiven ? [.. order[..place], order[^1]] : order[..place];
    }

    /// <summary>Changes the logits of a column to those of the mixture, where there is a forest for what is known of the row.</summary>
    /// <param name="column">The column.</param>
    /// <param name="row">The row's tokens, negative where unknown.</param>
    /// <param name="logits">The network's; receives the logarithms of probabilities.</param>
    public void Mix(int column, ReadOnlySpan<int> row, Span<float> logits)
    {
        if (ForestFor(column, row) is not { } forest)
            return;
        Span<float> probabilities = stackalloc float[logits.Length];
        forest.Forest.Probabilities(row, probabilities);
        Normalize(logits);
        for (int i = 0; i < logits.Length; i++)
            logits[i] = MathF.Log(Math.Max((forest.Weight * probabilities[i]) + ((1 - forest.Weight) * logits[i]), Least));
    }

    public void Save(BinaryWriter writer)
    {
        foreach (WeightedForest? forest in _forests.SelectMany(own => own))
        {
            writer.Write(forest is not null);
            forest?.Save(writer);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="order">The order in which they are drawn.</param>
    public static ForestMixture Load(BinaryReader reader, TokenColumn[] columns, int[] order)
    {
        var forests = new WeightedForest?[order.Length][];
        for (int column = 0; column < forests.Length; column++)
        {
            int place = Array.IndexOf(order, column);
            forests[column] = [Next(isLabelGiven: false), Next(isLabelGiven: true)];

            WeightedForest? Next(bool isLabelGiven) =>
                reader.ReadBoolean() ? WeightedForest.Load(reader, columns, column, Inputs(order, place, isLabelGiven)) : null;
        }
        return new ForestMixture(order, forests);
    }

    /// <summary>Turns logits into probabilities.</summary>
    public static void Normalize(Span<float> logits)
    {
        float largest = float.NegativeInfinity;
        foreach (float logit in logits)
            largest = Math.Max(largest, logit);
        double sum = 0;
        foreach (ref float logit in logits)
            sum += logit = MathF.Exp(logit - largest);
        foreach (ref float logit in logits)
            logit = (float)(logit / sum);
    }

    /// <summary>The forest that knows what is known of a row, neither more nor less.</summary>
    private WeightedForest? ForestFor(int column, ReadOnlySpan<int> row)
    {
        WeightedForest?[] forests = _forests[column];
        if (forests[0] is null && forests[1] is null)
            return null;
        int place = _places[column], last = _order.Length - 1;
        for (int i = 0; i < last; i++)
        {
            if (i != place && row[_order[i]] >= 0 != i < place)
                return null;
        }
        return forests[place < last && row[_order[last]] >= 0 ? 1 : 0];
    }
}
