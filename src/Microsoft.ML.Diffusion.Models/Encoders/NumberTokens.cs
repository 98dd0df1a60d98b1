using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Encoders;

/// <summary>A numeric column as tokens in ascending order: a value of its own for every one that is frequent (a zero-inflated column's
/// zero, every value of a column with few), bins of about equal content for the others.</summary>
internal sealed class NumberTokens : TokenColumn
{
    // A bin keeps this many of its values, evenly spread, as its distribution.
    private const int MostKnots = 17;
    private const int MostDecimals = 6;

    // Values of fewer rows than this, and all bins, are known by their place alone: a weight of its own for each would be learned by heart.
    private const int FewestOfValue = 20;

    // Rows per component of the places' piecewise linear encoding, at least.
    private const int FewestOfComponent = 128;

    private readonly double[][] _knots;
    private readonly double[] _first;
    private readonly float[] _positions;
    private readonly bool[] _isFrequent;
    private readonly int _decimals;

    private NumberTokens(int source, bool hasMissing, double[][] knots, float[] positions, bool[] isFrequent, int components, int decimals)
        : base(source, knots.Length, hasMissing)
    {
        _knots = knots;
        _first = [.. knots.Select(bin => bin[0])];
        _positions = positions;
        _isFrequent = isFrequent;
        Components = components;
        _decimals = decimals;
    }

    public override ReadOnlySpan<float> Positions => _positions;

    public override int Components { get; }

    public override bool IsFrequent(int token) => token == MissingToken || _isFrequent[token];

    /// <param name="source">The column's place in the table.</param>
    /// <param name="observed">At least one value; is sorted.</param>
    /// <param name="hasMissing">Whether cells are missing.</param>
    /// <param name="bins">How many bins a continuous column has, about; one with at most as many values has no bins.</param>
    public static NumberTokens Fit(int source, double[] observed, bool hasMissing, int bins)
    {
        Array.Sort(observed);
        int different = 1;
        for (int i = 1; i < observed.Length; i++)
            different += observed[i] != observed[i - 1] ? 1 : 0;
        double full = different <= bins ? 1 : (double)observed.Length / bins;
        List<double[]> knots = [];
        List<float> positions = [];
        List<bool> isFrequent = [];
        int start = 0;
        void Close(int end)
        {
            if (end == start)
                return;
            knots.Add(KnotsOf(observed.AsSpan(start, end - start)));
            positions.Add((float)NormalDistribution.Quantile((start + end) / 2.0 / observed.Length));
            isFrequent.Add(knots[^1].Length == 1 && end - start >= FewestOfValue);
            start = end;
        }
        for (int value = 0, next; value < observed.Length; value = next)
        {
            for (next = value + 1; next < observed.Length && observed[next] == observed[value]; next++)
            {
            }
            bool isOwn = next - value >= full;
            if (isOwn)
                Close(value);
            if (isOwn || next - start >= full)
                Close(next);
        }
        Close(observed.Length);
        int components = Math.Min(Math.Max(8, observed.Length / FewestOfComponent), knots.Count - 1);
        return new NumberTokens(source, hasMissing, [.. knots], [.. positions], [.. isFrequent], components, DecimalsOf(observed));
    }

    public override int TokenOf(double value)
    {
        if (double.IsNaN(value))
            return -1;
        int token = Array.BinarySearch(_first, value);
        if (token >= 0)
            return token;
        token = ~token - 1;
        if (token < 0)
            return 0;
        // Between two tokens the nearer one.
        return token + 1 < _first.Length && value > _knots[token][^1] && _first[token + 1] - value < value - _knots[token][^1] ? token + 1 : token;
    }

    public override double ValueOf(int token, float uniform, ValueRange within)
    {
        double[] knots = _knots[token];
        if (knots.Length == 1)
            return knots[0];
        double low = RankOf(knots, within.Minimum), high = RankOf(knots, within.Maximum);
        double place = low + uniform * (high - low);
        int below = Math.Min((int)place, knots.Length - 2);
        double value = Between(knots[below], knots[below + 1], place - below);
        if (_decimals >= 0)
            value = Math.Clamp(Math.Round(value, _decimals), knots[0], knots[^1]);
        return Math.Clamp(value, within.Minimum, within.Maximum);
    }

    public override double ShareWithin(int token, ValueRange range)
    {
        double[] knots = _knots[token];
        if (knots.Length == 1)
            return range.Contains(knots[0]) ? 1 : 0;
        return Math.Max(0, RankOf(knots, range.Maximum) - RankOf(knots, range.Minimum)) / (knots.Length - 1);
    }

    public override int PartsOf(int token) => Math.Max(1, _knots[token].Length - 1);

    public override double PlaceOf(int token, double value) => RankOf(_knots[token], value) / PartsOf(token);

    public override void Save(BinaryWriter writer)
    {
        SaveHead(writer, isNumber: true);
        writer.Write(_decimals);
        writer.Write(Components);
        writer.Write(_knots.Length);
        for (int i = 0; i < _knots.Length; i++)
        {
            writer.WriteArray(_knots[i]);
            writer.Write(_positions[i]);
            writer.Write(_isFrequent[i]);
        }
    }

    public static NumberTokens Load(BinaryReader reader, int source, bool hasMissing)
    {
        int decimals = reader.ReadBetween(-1, MostDecimals, "the number of decimals"), components = reader.ReadInt32();
        (double[] Knots, float Position, bool IsFrequent)[] bins = reader.ReadItems(
            2 * sizeof(int) + 1, "bins", static reader => (reader.ReadFiniteDoubles("knots"), reader.ReadSingle(), reader.ReadBoolean()));
        double[][] knots = [.. bins.Select(bin => bin.Knots)];
        float[] positions = [.. bins.Select(bin => bin.Position)];
        bool[] isFrequent = [.. bins.Select(bin => bin.IsFrequent)];
        CheckedReading.Require(components >= 0 && components < knots.Length, "a column of numbers has an impossible number of components");
        CheckedReading.Require(
            AreBins(knots) && Array.TrueForAll(positions, float.IsFinite), "the bins of a column do not ascend");
        return new NumberTokens(source, hasMissing, knots, positions, isFrequent, components, decimals);
    }

    private static bool AreBins(double[][] bins)
    {
        double last = double.NegativeInfinity;
        foreach (double[] knots in bins)
        {
            if (knots.Length is 0 or > MostKnots || !(knots[0] > last) || (knots.Length > 1 && knots[0] == knots[^1]))
                return false;
            for (int i = 1; i < knots.Length; i++)
            {
                if (knots[i] < knots[i - 1])
                    return false;
            }
            last = knots[^1];
        }
        return bins.Length > 0;
    }

    private static double[] KnotsOf(ReadOnlySpan<double> values)
    {
        if (values[0] == values[^1])
            return [values[0]];
        double[] knots = new double[Math.Min(MostKnots, values.Length)];
        for (int i = 0; i < knots.Length; i++)
            knots[i] = EvenRanks.At(values, i, knots.Length - 1);
        return knots;
    }

    /// <summary>How many knots lie below a value, parts of a gap included: 0 to Length - 1.</summary>
    private static double RankOf(double[] knots, double value)
    {
        if (value <= knots[0])
            return 0;
        if (value >= knots[^1])
            return knots.Length - 1;
        int above = 1;
        while (knots[above] <= value)
            above++;
        double gap = knots[above] - knots[above - 1];
        // The distance of two doubles may be more than a double can hold.
        return above - 1 + (double.IsInfinity(gap)
            ? (value / 2 - knots[above - 1] / 2) / (knots[above] / 2 - knots[above - 1] / 2)
            : (value - knots[above - 1]) / gap);
    }

    private static double Between(double lower, double upper, double share)
    {
        double gap = upper - lower;
        return double.IsInfinity(gap) ? (1 - share) * lower + share * upper : lower + share * gap;
    }

    /// <summary>The fewest decimals with which every value can be written; -1 where that takes more than <see
    /// cref="MostDecimals"/>.</summary>
    private static int DecimalsOf(ReadOnlySpan<double> values)
    {
        int decimals = 0;
        foreach (double value in values)
        {
            while (decimals <= MostDecimals && Math.Round(value, decimals) != value)
                decimals++;
            if (decimals > MostDecimals)
                return -1;
        }
        return decimals;
    }
}
