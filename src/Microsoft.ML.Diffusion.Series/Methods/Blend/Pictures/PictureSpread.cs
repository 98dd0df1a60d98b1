using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;

/// <summary>How far held-back numbers lay from what was said of them, in the deviations that the network said: what intervals and draws of
/// grey pictures are made of (split conformal prediction, Lei et al. 2018).</summary>
internal sealed class PictureSpread
{
    private const int Kept = 257;

    private readonly double[] _quantiles;

    private PictureSpread(double[] quantiles) => _quantiles = quantiles;

    /// <summary>The standard deviation of the scores.</summary>
    public double Deviation => Math.Sqrt(_quantiles.Sum(score => score * score) / Kept);

    /// <summary>Sorts scores.</summary>
    /// <param name="scores">Those of held-back cells; without any, those of a normal distribution are taken.</param>
    public static PictureSpread Of(double[] scores)
    {
        double[] sorted = [.. scores.Order()], quantiles = new double[Kept];
        for (int i = 0; i < Kept; i++)
        {
            double share = (i + 0.5) / Kept;
            quantiles[i] = sorted.Length == 0
                ? Models.Encoders.NormalDistribution.Quantile(share)
                : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
        }
        return new PictureSpread(quantiles);
    }

    /// <summary>The score that a share of the cells stays below.</summary>
    public double At(double share)
    {
        double place = Math.Clamp(share * Kept - 0.5, 0, Kept - 1);
        int below = Math.Min((int)place, Kept - 2);
        return _quantiles[below] + (place - below) * (_quantiles[below + 1] - _quantiles[below]);
    }

    public void Save(BinaryWriter writer) => writer.WriteArray(_quantiles);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static PictureSpread Load(BinaryReader reader)
    {
        double[] quantiles = reader.ReadFiniteDoubles("quantiles", Kept);
        for (int i = 1; i < Kept; i++)
            CheckedReading.Require(quantiles[i] >= quantiles[i - 1], "quantiles do not ascend");
        return new PictureSpread(quantiles);
    }
}
