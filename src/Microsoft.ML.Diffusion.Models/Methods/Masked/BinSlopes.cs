using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>Where in its bin a number of a row lies, given the columns before it: where the network thinks the next bin likelier than the
/// one before, the upper part of this one is likelier too. The logarithm of the density is a straight line from the middle of one neighbour
/// to that of the other.</summary>
/// <remarks>A column follows the line as far as held-back rows lie along it, and not at all where that may be chance.</remarks>
internal sealed class BinSlopes
{
    // The steepest line: a factor of 55 from one end of a bin to the other.
    private const float Steepest = 4;

    // A column needs so much more logarithm of the likelihood of held-back rows: 5 % of chance, by the likelihood ratio test.
    private const double LeastGain = 1.92;

    private const int RowsAtOnce = 256, Halvings = 20;

    // Held-back rows times columns that are looked at, so that a wide table does not wait.
    private const int MostCells = 100_000;

    private readonly float[] _shares;
    private readonly double[][] _widths;

    /// <param name="columns">The columns.</param>
    /// <param name="shares">How far each column follows, 0 to 1.</param>
    private BinSlopes(TokenColumn[] columns, float[] shares)
    {
        _shares = shares;
        _widths = [.. columns.Select(column => TokenCells.Of(column).TokenShares)];
    }

    /// <summary>Finds how far each column follows.</summary>
    /// <param name="predictor">The network, trained.</param>
    /// <param name="tokenizer">The columns.</param>
    /// <param name="table">The rows.</param>
    /// <param name="tokens">The same as tokens.</param>
    /// <param name="order">The order in which columns are drawn.</param>
    /// <param name="heldBack">Rows that the network did not learn from.</param>
    /// <param name="engine">Where to compute.</param>
    /// <param name="deadline">When it is over, the columns that were not looked at do not follow.</param>
    /// <param name="cancel">Looked at for every few hundred rows.</param>
    /// <returns>Null where no column does.</returns>
    public static BinSlopes? Fit(
        ColumnPredictor predictor, TableTokenizer tokenizer, Table table, int[] tokens, int[] order, int[] heldBack, TensorEngine engine,
        TrainingDeadline deadline, CancellationToken cancel)
    {
        TokenColumn[] columns = tokenizer.Encoded;
        var whole = new BinSlopes(columns, [.. columns.Select(_ => 1f)]);
        float[] shares = new float[columns.Length];
        int[] asked = heldBack[..Math.Min(heldBack.Length, MostCells / Math.Max(1, columns.Length))];
        using Tape tape = engine.CreateTape(training: false);
        for (int place = 0; place < order.Length && !deadline.IsOver; place++)
        {
            int column = order[place];
            TokenColumn own = columns[column];
            List<(float Slope, double Place)> found = [];
            int[] rows = [.. asked.Where(row => tokens[(row * columns.Length) + column] is >= 0 and var token
                && token != own.MissingToken && own.PartsOf(token) > 1)];
            for (int start = 0; start < rows.Length; start += RowsAtOnce)
            {
                cancel.ThrowIfCancellationRequested();
                int count = Math.Min(RowsAtOnce, rows.Length - start);
                float[] output = predictor.Predict(tape, tokens, rows.AsSpan(start, count), order.AsSpan(0, place), column);
                for (int n = 0; n < count; n++)
                {
                    int token = tokens[(rows[start + n] * columns.Length) + column];
                    Span<float> logits = output.AsSpan(n * own.Count, own.Count);
                    found.Add((whole.Of(column, token, logits), own.PlaceOf(token, table[rows[start + n], own.Source])));
                }
            }
            double share = Best(found);
            if (Gain(found, share) >= LeastGain)
                shares[column] = (float)share;
        }
        return Array.TrueForAll(shares, share => share == 0) ? null : new BinSlopes(columns, shares);
    }

    /// <summary>The slope of the logarithm of the density from one end of a bin to the other.</summary>
    /// <param name="column">The column.</param>
    /// <param name="token">The bin.</param>
    /// <param name="logits">One of each token of the column.</param>
    public float Of(int column, int token, ReadOnlySpan<float> logits)
    {
        double[] widths = _widths[column];
        if (_shares[column] == 0 || token >= widths.Length || widths.Length < 2)
            return 0;
        int below = Math.Max(token - 1, 0), above = Math.Min(token + 1, widths.Length - 1);
        double Density(int other, float logit) => logit - Math.Log(Math.Max(widths[other], 1e-9));
        // From the middle of one neighbour to that of the other; at an end of the column from its own.
        double distance = 0;
        for (int other = below; other <= above; other++)
            distance += other == token ? 0 : (widths[token] + widths[other]) / 2;
        double slope = (Density(above, logits[above]) - Density(below, logits[below])) * widths[token] / Math.Max(distance, 1e-9);
        return _shares[column] * (float)Math.Clamp(slope, -Steepest, Steepest);
    }

    /// <summary>The place in its bin, in [0, 1), that a uniform number stands for.</summary>
    /// <param name="slope">Of the logarithm of the density.</param>
    /// <param name="uniform">In [0, 1).</param>
    public static float Place(float slope, float uniform)
    {
        if (Math.Abs(slope) < 1e-3f)
            return uniform;
        double place = Math.Log(1 + (uniform * (Math.Exp(slope) - 1))) / slope;
        return (float)Math.Clamp(place, 0, MathF.BitDecrement(1));
    }

    public void Save(BinaryWriter writer) => writer.WriteArray(_shares);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static BinSlopes Load(BinaryReader reader, TokenColumn[] columns)
    {
        float[] shares = reader.ReadFiniteSingles("how far columns follow their neighbours", columns.Length);
        CheckedReading.Require(Array.TrueForAll(shares, share => share is >= 0 and <= 1), "a column follows its neighbours too far");
        return new BinSlopes(columns, shares);
    }

    /// <summary>The share that makes the places likeliest: the logarithm of their likelihood is concave in it.</summary>
    private static double Best(List<(float Slope, double Place)> found)
    {
        double low = 0, high = 1;
        for (int halving = 0; halving < Halvings; halving++)
        {
            double middle = (low + high) / 2;
            double rise = found.Sum(each => each.Slope * (each.Place - MeanPlace(middle * each.Slope)));
            (low, high) = rise > 0 ? (middle, high) : (low, middle);
        }
        return (low + high) / 2;
    }

    private static double Gain(List<(float Slope, double Place)> found, double share) =>
        found.Sum(each => (share * each.Slope * each.Place) - LogMass(share * each.Slope));

    // The mean of a place whose density rises as exp(slope x place) between 0 and 1.
    private static double MeanPlace(double slope) =>
        Math.Abs(slope) < 1e-3 ? 0.5 + (slope / 12) : (1 / (1 - Math.Exp(-slope))) - (1 / slope);

    private static double LogMass(double slope) =>
        Math.Abs(slope) < 1e-3 ? (slope / 2) + (slope * slope / 24) : Math.Log((Math.Exp(slope) - 1) / slope);
}
