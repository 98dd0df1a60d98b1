using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Series.Calibration;

/// <summary>How far held-back cells lay from what was predicted, in predicted deviations, by variable and by the length of the gap: what
/// intervals and draws are made of (split conformal prediction, Lei et al. 2018, in groups).</summary>
internal sealed class ScoreQuantiles
{
    /// <summary>The number of classes of gaps.</summary>
    public const int Gaps = 5;

    // Quantiles that are kept of each group, and how many cells a group of its own needs.
    private const int Kept = 129, Least = 150;

    // The longest gap of each class but the last, in middle steps: one cell, up to three, up to seven, up to fifteen.
    private static readonly double[] s_gapLimits = [2.5, 4.5, 8.5, 16.5];

    private readonly float[][] _quantiles;
    private readonly double _step;

    private ScoreQuantiles(float[][] quantiles, double step) => (_quantiles, _step) = (quantiles, step);

    /// <summary>The number of variables.</summary>
    public int Variables => _quantiles.Length / Gaps;

    /// <summary>Sorts scores into groups.</summary>
    /// <param name="variables">The number of variables.</param>
    /// <param name="step">The middle distance of two steps.</param>
    /// <param name="scores">Held-back cells.</param>
    public static ScoreQuantiles Of(int variables, double step, IReadOnlyList<HeldBackScore> scores)
    {
        var groups = new List<float>[variables * Gaps];
        var ofGap = new List<float>[Gaps];
        for (int i = 0; i < groups.Length; i++)
            groups[i] = [];
        for (int i = 0; i < Gaps; i++)
            ofGap[i] = [];
        foreach (HeldBackScore score in scores)
        {
            int gap = ClassOf(score.Gap, step);
            groups[score.Variable * Gaps + gap].Add((float)score.Value);
            ofGap[gap].Add((float)score.Value);
        }
        float[] all = [.. scores.Select(score => (float)score.Value)];
        float[] ofAll = Quantiles(all);
        float[][] quantiles = new float[groups.Length][];
        for (int i = 0; i < groups.Length; i++)
        {
            // A rare gap borrows from all cells of the variable, a rare variable from all variables with such gaps.
            int variable = i / Gaps * Gaps;
            List<float> ofVariable = [.. groups.Skip(variable).Take(Gaps).SelectMany(group => group)];
            List<float>? enough = ((List<float>[])[groups[i], ofVariable, ofGap[i % Gaps]]).FirstOrDefault(group => group.Count >= Least);
            quantiles[i] = enough is null ? ofAll : Quantiles([.. enough]);
        }
        return new ScoreQuantiles(quantiles, step);
    }

    /// <summary>The score that a share of the cells like this one stays below.</summary>
    /// <param name="variable">Of the cell.</param>
    /// <param name="gap">The length of the gap that the cell is in.</param>
    /// <param name="share">0 to 1.</param>
    public double At(int variable, double gap, double share)
    {
        float[] quantiles = _quantiles[variable * Gaps + ClassOf(gap, _step)];
        double place = Math.Clamp(share * quantiles.Length - 0.5, 0, quantiles.Length - 1);
        int below = Math.Min((int)place, quantiles.Length - 2);
        return quantiles[below] + (place - below) * (quantiles[below + 1] - quantiles[below]);
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_step);
        foreach (float[] quantiles in _quantiles)
            writer.WriteArray(quantiles);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static ScoreQuantiles Load(BinaryReader reader, int variables)
    {
        double step = reader.ReadFinite("the middle step");
        CheckedReading.Require(step > 0, "the middle step is not above 0");
        float[][] quantiles = new float[variables * Gaps][];
        for (int i = 0; i < quantiles.Length; i++)
        {
            quantiles[i] = reader.ReadFiniteSingles("quantiles", Kept);
            for (int j = 1; j < Kept; j++)
                CheckedReading.Require(quantiles[i][j] >= quantiles[i][j - 1], "quantiles do not ascend");
        }
        return new ScoreQuantiles(quantiles, step);
    }

    private static int ClassOf(double gap, double step)
    {
        int number = 0;
        while (number < s_gapLimits.Length && !(gap <= s_gapLimits[number] * step))
            number++;
        return number;
    }

    /// <summary>Quantiles of scores, those of a normal distribution where there are none.</summary>
    private static float[] Quantiles(float[] scores)
    {
        float[] result = new float[Kept];
        Array.Sort(scores);
        for (int i = 0; i < Kept; i++)
        {
            double share = (i + 0.5) / Kept;
            if (scores.Length == 0)
            {
                result[i] = (float)Models.Encoders.NormalDistribution.Quantile(share);
                continue;
            }
            double place = Math.Clamp(share * scores.Length - 0.5, 0, scores.Length - 1);
            int below = (int)place, above = Math.Min(below + 1, scores.Length - 1);
            result[i] = (float)(scores[below] + (place - below) * (scores[above] - scores[below]));
        }
        return result;
    }
}
