using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Encoders;

/// <summary>Gives a network several views of one number: component i grows from 0 to 1 while the number crosses the i-th bin
/// between quantiles of the observed values (Gorishniy, Rubachev and Babenko 2022, section 3.2.1).</summary>
internal sealed class PiecewiseLinearEncoding
{
    private readonly float[] _edges;

    private PiecewiseLinearEncoding(float[] edges) => _edges = edges;

    /// <summary>The number of components; fewer than asked for when there are few different values.</summary>
    public int Count => _edges.Length - 1;

    /// <param name="values">Scaled observed values, at least two different ones; is sorted.</param>
    /// <param name="bins">The most bins.</param>
    public static PiecewiseLinearEncoding Fit(float[] values, int bins)
    {
        Array.Sort(values);
        List<float> edges = [];
        for (int i = 0; i <= bins; i++)
        {
            float edge = EvenRanks.At<float>(values, i, bins);
            if (edges.Count == 0 || edge > edges[^1])
                edges.Add(edge);
        }
        return new PiecewiseLinearEncoding([.. edges]);
    }

    /// <summary>Writes the components of a number.</summary>
    /// <param name="value">A scaled number.</param>
    /// <param name="components">Receives <see cref="Count"/> values between 0 and 1.</param>
    public void Encode(float value, Span<float> components)
    {
        // Only the bin that the number lies in takes a division.
        int bin = 0;
        for (; bin < components.Length && value >= _edges[bin + 1]; bin++)
            components[bin] = 1;
        components[bin..].Clear();
        if (bin < components.Length)
            components[bin] = Math.Clamp((value - _edges[bin]) / (_edges[bin + 1] - _edges[bin]), 0, 1);
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_edges.Length);
        foreach (float edge in _edges)
            writer.Write(edge);
    }

    public static PiecewiseLinearEncoding Load(BinaryReader reader)
    {
        float[] edges = reader.ReadFiniteSingles("edges of bins");
        CheckedReading.Require(edges.Length > 0 && CheckedReading.Ascend(edges), "the edges of bins do not ascend");
        return new PiecewiseLinearEncoding(edges);
    }
}
