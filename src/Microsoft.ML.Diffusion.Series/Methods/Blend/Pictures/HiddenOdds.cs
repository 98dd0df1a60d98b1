using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;

/// <summary>What a network's logit of an observed cell being 1 becomes for a cell that is missing.</summary>
/// <param name="Slope">The logit's factor, above 0: below 1 where the network is too sure (Platt 1999).</param>
/// <param name="Offset">What is added to it.</param>
/// <param name="Hiding">By how much the logit of being missing is larger for a 1 than for a 0, which is what a missing cell's logit of
/// being 1 has more than that of an observed one among the same others; 0 where values do not tell which cells are missing.</param>
internal sealed record HiddenOdds(double Slope, double Offset, double Hiding)
{
    /// <summary>As the network says.</summary>
    public static HiddenOdds None { get; } = new(1, 0, 0);

    /// <summary>The probability that a missing cell is 1.</summary>
    public double Probability(double logit) => 1 / (1 + Math.Exp(-(Slope * logit + Offset + Hiding)));

    public void Save(BinaryWriter writer)
    {
        writer.Write(Slope);
        writer.Write(Offset);
        writer.Write(Hiding);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static HiddenOdds Load(BinaryReader reader)
    {
        double slope = reader.ReadFinite("the slope"), offset = reader.ReadFinite("the offset"), hiding = reader.ReadFinite("the hiding");
        CheckedReading.Require(slope > 0, "the slope is not above 0");
        return new HiddenOdds(slope, offset, hiding);
    }
}
