using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Encoders;

/// <summary>A categorical column as tokens: one for each category.</summary>
/// <remarks>Models of earlier versions have one more, which the rarer categories share; they are told apart by their frequency
/// alone.</remarks>
internal sealed class CategoryTokens : TokenColumn
{
    private readonly int[] _codes;
    private readonly int[] _rare;
    private readonly double[] _rareShares;

    private CategoryTokens(int source, bool hasMissing, int[] codes, int[] rare, double[] rareShares)
        : base(source, codes.Length + Math.Min(1, rare.Length), hasMissing)
    {
        _codes = codes;
        _rare = rare;
        _rareShares = rareShares;
    }

    public override ReadOnlySpan<float> Positions => [];

    public override int Components => 0;

    public override bool IsFrequent(int token) => true;

    /// <param name="source">The column's place in the table.</param>
    /// <param name="summary">Its frequencies.</param>
    /// <param name="hasMissing">Whether cells are missing.</param>
    public static CategoryTokens Fit(int source, ColumnSummary summary, bool hasMissing)
    {
        double[] frequencies = summary.Frequencies!;
        int[] observed = [.. Enumerable.Range(0, frequencies.Length).Where(code => frequencies[code] > 0)];
        return new CategoryTokens(source, hasMissing, observed, [], []);
    }

    public override int TokenOf(double value)
    {
        if (value != (int)value)
            return -1;
        int token = Array.BinarySearch(_codes, (int)value);
        return token >= 0 ? token : Array.BinarySearch(_rare, (int)value) >= 0 ? _codes.Length : -1;
    }

    public override double ValueOf(int token, float uniform, ValueRange within)
    {
        if (token < _codes.Length)
            return _codes[token];
        double left = uniform;
        int i = 0;
        while (i < _rare.Length - 1 && (left -= _rareShares[i]) >= 0)
            i++;
        return _rare[i];
    }

    public override double ShareWithin(int token, ValueRange range) => 1;

    public override void Save(BinaryWriter writer)
    {
        SaveHead(writer, isNumber: false);
        writer.WriteArray(_codes);
        writer.WriteArray(_rare);
        writer.WriteArray(_rareShares);
    }

    public static CategoryTokens Load(BinaryReader reader, int source, bool hasMissing, int categories)
    {
        int[] codes = reader.ReadAscendingPlaces(categories, "categories");
        int[] rare = reader.ReadAscendingPlaces(categories, "rare categories");
        double[] shares = reader.ReadFiniteDoubles("shares of rare categories", rare.Length);
        CheckedReading.Require(
            codes.Length > 0 && codes.Length <= TableEncoder.MostCategories, "a column has an impossible number of categories");
        CheckedReading.Require(!codes.Intersect(rare).Any(), "a category is frequent and rare");
        CheckedReading.Require(Array.TrueForAll(shares, share => share >= 0), "the share of a category is negative");
        return new CategoryTokens(source, hasMissing, codes, rare, shares);
    }
}
