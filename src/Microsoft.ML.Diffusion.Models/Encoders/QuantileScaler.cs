using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Encoders;

/// <summary>Ranks turned into normal quantiles: linear between knots at equal ranks, as many as there are observed values but
/// at most 1,000. A value that takes up several ranks gets their middle one, and every one of them leads back to it.</summary>
internal sealed class QuantileScaler : NumericScaler
{
    private const int MostKnots = 1000;

    private readonly double[] _values;
    private readonly double[] _scaled;

    // From the first to the last rank of each value, and the value at both.
    private readonly double[] _edges;
    private readonly double[] _edgeValues;

    public QuantileScaler(double[] values, double[] scaled, double[] edges)
        : base(values[0], values[^1])
    {
        _values = values;
        _scaled = scaled;
        _edges = edges;
        _edgeValues = [.. values.SelectMany(value => new[] { value, value })];
    }

    /// <param name="observed">At least one value; is sorted.</param>
    public static QuantileScaler Fit(double[] observed)
    {
        Array.Sort(observed);
        int knots = Math.Min(MostKnots, observed.Length);
        double At(int knot) => EvenRanks.At<double>(observed, knot, knots - 1);
        List<double> values = [], scaled = [], edges = [];
        for (int first = 0, next; first < knots; first = next)
        {
            double value = At(first);
            for (next = first + 1; next < knots && At(next) == value; next++)
            {
            }
            values.Add(value);
            // Ranks are counted to the middle of a knot, so that the ends stay finite.
            scaled.Add(NormalDistribution.Quantile((first + next) / 2.0 / knots));
            edges.Add(NormalDistribution.Quantile((first + 0.5) / knots));
            edges.Add(NormalDistribution.Quantile((next - 0.5) / knots));
        }
        return new QuantileScaler([.. values], [.. scaled], [.. edges]);
    }

    internal override void Save(BinaryWriter writer)
    {
        writer.Write((byte)ScalerKind.Quantile);
        writer.WriteArray(_values);
        writer.WriteArray(_scaled);
        writer.WriteArray(_edges);
    }

    public static new QuantileScaler Load(BinaryReader reader)
    {
        double[] values = reader.ReadFiniteDoubles("values at quantiles");
        double[] scaled = reader.ReadFiniteDoubles("quantiles", values.Length);
        double[] edges = reader.ReadFiniteDoubles("edges", 2 * values.Length);
        bool isSound = values.Length > 0 && CheckedReading.Ascend(values) && CheckedReading.Ascend(scaled);
        for (int i = 1; i < edges.Length; i++)
            isSound &= edges[i] >= edges[i - 1];
        CheckedReading.Require(isSound, "quantiles do not ascend");
        return new QuantileScaler(values, scaled, edges);
    }

    private protected override double ScaleWithin(double value) => Interpolate(_values, _scaled, value);

    private protected override double UnscaleWithin(double scaled) => Interpolate(_edges, _edgeValues, scaled);

    private static double Interpolate(double[] from, double[] to, double value)
    {
        int place = Array.BinarySearch(from, value);
        if (place >= 0)
            return to[place];
        place = ~place;
        if (place == 0)
            return to[0];
        if (place == from.Length)
            return to[^1];
        double share = (value - from[place - 1]) / (from[place] - from[place - 1]);
        return to[place - 1] + share * (to[place] - to[place - 1]);
    }
}
