using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Encoders;

/// <summary>A numeric column as tokens in ascending order: a value of its own for every one that is frequent (a zero-inflated column's
/// zero, every value of a column with few), bins of about equal content for the others.</summary>
internal sealed class NumberTokens : TokenColumn
{
    private const int MostDecimals = 6;

    // Values of fewer rows than this, and all bins, are known by their place alone: a weight of its own for each would be learned by heart.
    private const int FewestOfValue = 20;

    // Rows per component of the places' piecewise linear encoding, at least.
    private const int FewestOfComponent = 128;

    private readonly BinValues[] _bins;
    private readonly double[] _first;
    private readonly float[] _positions;
    private readonly bool[] _isFrequent;
    private readonly int _decimals;

    private NumberTokens(int source, bool hasMissing, BinValues[] bins, float[] positions, bool[] isFrequent, int components, int decimals)
        : base(source, bins.Length, hasMissing)
    {
        _bins = bins;
        _first = [.. bins.Select(bin => bin.First)];
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
        List<BinValues> values = [];
        List<float> positions = [];
        List<bool> isFrequent = [];
        int start = 0;
        void Close(int end)
        {
            if (end == start)
                return;
            values.Add(BinValues.Of(observed.AsSpan(start, end - start)));
            positions.Add((float)NormalDistribution.Quantile((start + end) / 2.0 / observed.Length));
            isFrequent.Add(values[^1].IsSingle && end - start >= FewestOfValue);
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
        int components = Math.Min(Math.Max(8, observed.Length / FewestOfComponent), values.Count - 1);
        return new NumberTokens(source, hasMissing, [.. values], [.. positions], [.. isFrequent], components, DecimalsOf(observed));
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
        double last = _bins[token].Last;
        return token + 1 < _first.Length && value > last && _first[token + 1] - value < value - last ? token + 1 : token;
    }

    public override double ValueOf(int token, float uniform, ValueRange within)
    {
        BinValues bin = _bins[token];
        if (bin.IsSingle)
            return bin.First;
        double low = bin.ShareBelow(within.Minimum), high = bin.ShareUpTo(within.Maximum);
        double value = bin.At(low + uniform * (high - low));
        if (_decimals >= 0)
            value = Math.Clamp(Math.Round(value, _decimals), bin.First, bin.Last);
        return Math.Clamp(value, within.Minimum, within.Maximum);
    }

    public override double ShareWithin(int token, ValueRange range)
    {
        BinValues bin = _bins[token];
        if (bin.IsSingle)
            return range.Contains(bin.First) ? 1 : 0;
        return Math.Max(0, bin.ShareUpTo(range.Maximum) - bin.ShareBelow(range.Minimum));
    }

    public override int PartsOf(int token) => _bins[token].IsSingle ? 1 : BinValues.Parts;

    public override double PlaceOf(int token, double value) => (_bins[token].ShareBelow(value) + _bins[token].ShareUpTo(value)) / 2;

    public override void Save(BinaryWriter writer)
    {
        SaveHead(writer, isNumber: true);
        writer.Write(_decimals);
        writer.Write(Components);
        writer.Write(_bins.Length);
        for (int i = 0; i < _bins.Length; i++)
        {
            _bins[i].Save(writer);
            writer.Write(_positions[i]);
            writer.Write(_isFrequent[i]);
        }
    }

    public static NumberTokens Load(BinaryReader reader, int source, bool hasMissing)
    {
        int decimals = reader.ReadBetween(-1, MostDecimals, "the number of decimals"), components = reader.ReadInt32();
        (BinValues Values, float Position, bool IsFrequent)[] tokens = reader.ReadItems(
            2 * sizeof(int) + 1, "bins", static reader => (BinValues.Load(reader), reader.ReadSingle(), reader.ReadBoolean()));
        BinValues[] bins = [.. tokens.Select(token => token.Values)];
        float[] positions = [.. tokens.Select(token => token.Position)];
        bool[] isFrequent = [.. tokens.Select(token => token.IsFrequent)];
        CheckedReading.Require(components >= 0 && components < bins.Length, "a column of numbers has an impossible number of components");
        bool isSound = bins.Length > 0 && Array.TrueForAll(positions, float.IsFinite);
        for (int i = 1; i < bins.Length; i++)
            isSound &= bins[i].First > bins[i - 1].Last;
        CheckedReading.Require(isSound, "the bins of a column do not ascend");
        return new NumberTokens(source, hasMissing, bins, positions, isFrequent, components, decimals);
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
