using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>What a rare class has of its own in one column: the network's probabilities are multiplied by exp(w f), f being the place of
/// a number and its square, and which category it is. Where the rows of the class say so, w depends on a column drawn before.</summary>
internal sealed class ClassTilt
{
    /// <summary>The most indicators and links of one tilt.</summary>
    public const int MostFeatures = 4096;

    private const int MostOnStack = 256;

    private readonly TokenCells _cells;
    private readonly TokenColumn[] _columns;
    private readonly int[] _indicators;
    private readonly double[] _weights;
    private readonly TiltLink[] _links;

    /// <param name="cells">The column's cells.</param>
    /// <param name="columns">All columns.</param>
    /// <param name="indicators">Per token the feature that is 1 for it, and 0 for the others; -1 where it has none.</param>
    /// <param name="weights">Per feature; of a number the first is its place and the second the square.</param>
    /// <param name="links">By which the weights depend on other columns.</param>
    public ClassTilt(TokenCells cells, TokenColumn[] columns, int[] indicators, double[] weights, TiltLink[] links)
    {
        _cells = cells;
        _columns = columns;
        _indicators = indicators;
        _weights = weights;
        _links = links;
    }

    /// <summary>The logits of one row's tokens in the class.</summary>
    /// <param name="tokens">The row; negative where unknown.</param>
    /// <param name="logits">The network's.</param>
    /// <param name="tilted">As long; receives them.</param>
    public void Apply(ReadOnlySpan<int> tokens, ReadOnlySpan<float> logits, Span<float> tilted)
    {
        Span<double> weights = _weights.Length <= MostOnStack ? stackalloc double[_weights.Length] : new double[_weights.Length];
        WeightsFor(tokens, weights);
        for (int token = 0; token < logits.Length; token++)
        {
            double sum = 0;
            for (int part = 0; part < _cells.PartsOf(token); part++)
                sum += CellWeight(weights, token, _cells.StartOf(token) + part);
            tilted[token] = logits[token] + (float)Math.Log(sum);
        }
    }

    /// <summary>Where among a token's values one lies.</summary>
    /// <param name="tokens">The row.</param>
    /// <param name="token">The token of this column.</param>
    /// <param name="uniform">In [0, 1).</param>
    public double Place(ReadOnlySpan<int> tokens, int token, double uniform)
    {
        int parts = _cells.PartsOf(token);
        if (parts == 1)
            return uniform;
        Span<double> weights = _weights.Length <= MostOnStack ? stackalloc double[_weights.Length] : new double[_weights.Length];
        WeightsFor(tokens, weights);
        double sum = 0;
        for (int part = 0; part < parts; part++)
            sum += CellWeight(weights, token, _cells.StartOf(token) + part);
        double left = uniform * sum;
        for (int part = 0; part < parts; part++)
        {
            double own = CellWeight(weights, token, _cells.StartOf(token) + part);
            if (left < own)
                return Math.Min((part + left / own) / parts, Math.BitDecrement(1.0));
            left -= own;
        }
        return Math.BitDecrement(1.0);
    }

    public void Save(BinaryWriter writer)
    {
        writer.WriteArray(_indicators);
        writer.WriteArray(_weights);
        writer.Write(_links.Length);
        foreach (TiltLink link in _links)
            link.Save(writer);
    }

    /// <exception cref="InvalidDataException">The numbers contradict the columns.</exception>
    public static ClassTilt Load(BinaryReader reader, TokenColumn[] columns, int column)
    {
        TokenCells cells = TokenCells.Of(columns[column]);
        int[] indicators = reader.ReadArray<int>();
        double[] weights = reader.ReadArray<double>();
        TiltLink[] links = new TiltLink[Math.Clamp(reader.ReadInt32(), 0, MostFeatures)];
        for (int i = 0; i < links.Length; i++)
            links[i] = TiltLink.Load(reader);
        bool isSound = indicators.Length == columns[column].Count && weights.Length <= MostFeatures
            && weights.Length >= (columns[column].Positions.IsEmpty ? 0 : 2)
            && indicators.All(feature => feature >= -1 && feature < weights.Length) && weights.All(double.IsFinite)
            && links.All(link => link.IsSound(columns, weights.Length));
        return isSound
            ? new ClassTilt(cells, columns, indicators, weights, links)
            : throw new InvalidDataException("The saved model is damaged: what it holds of a rare class does not fit its columns.");
    }

    private void WeightsFor(ReadOnlySpan<int> tokens, Span<double> weights)
    {
        _weights.CopyTo(weights);
        foreach (TiltLink link in _links)
            weights[link.Feature] += link.Weight * link.ValueIn(tokens, _columns);
    }

    private double CellWeight(ReadOnlySpan<double> weights, int token, int cell)
    {
        double exponent = _cells.LogShares[cell];
        if (_cells.TokenShares.Length > 0)
            exponent += weights[0] * _cells.First[cell] + weights[1] * _cells.Second[cell];
        if (_indicators[token] >= 0)
            exponent += weights[_indicators[token]];
        // The weights are bounded, but those of a file need not be.
        return Math.Exp(Math.Clamp(exponent, -500, 500));
    }
}
