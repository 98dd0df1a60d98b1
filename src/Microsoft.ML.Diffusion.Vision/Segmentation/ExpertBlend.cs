namespace Microsoft.ML.Diffusion.Vision.Segmentation;

/// <summary>Finds how much each classifier's answer should count, by pixels that none of them has learnt from.</summary>
internal sealed class ExpertBlend
{
    private const int Parts = 10;

    private readonly int _classes;
    private readonly List<(byte[] Mask, float[][] Answers)> _pictures = [];

    /// <param name="classes">The number of classes.</param>
    public ExpertBlend(int classes) => _classes = classes;

    /// <summary>Adds a picture that was held back.</summary>
    /// <param name="mask">The true classes.</param>
    /// <param name="answers">The probabilities of each classifier.</param>
    public void Add(byte[] mask, float[][] answers)
    {
        lock (_pictures)
            _pictures.Add((mask, answers));
    }

    /// <summary>How much the first classifier and the last disagree on the pictures.</summary>
    public ExpertDisagreement Disagreement()
    {
        var disagreement = new ExpertDisagreement();
        foreach ((_, float[][] answers) in _pictures)
            disagreement.Add(answers[0], answers[^1], _classes, isHeldBack: true);
        return disagreement;
    }

    /// <summary>The weights, in tenths, of the highest mean intersection over union; the first classifier alone where nothing is
    /// better.</summary>
    /// <param name="withLast">Whether the last classifier may have a weight.</param>
    public float[] Weights(bool withLast = true)
    {
        int experts = _pictures[0].Answers.Length;
        float[] best = new float[experts];
        best[0] = 1;
        double highest = Score(best);
        foreach (int[] tenths in Splits(Parts, experts))
        {
            if (!withLast && tenths[^1] > 0)
                continue;
            float[] weights = [.. tenths.Select(part => (float)part / Parts)];
            double score = Score(weights);
            if (score > highest)
                (highest, best) = (score, weights);
        }

        return best;
    }

    /// <summary>The mean intersection over union of the classifiers' weighted answers.</summary>
    public double Score(float[] weights)
    {
        var scores = new SegmentationScores(_classes);
        foreach ((byte[] mask, float[][] answers) in _pictures)
        {
            float[] sum = new float[answers[0].Length];
            for (int expert = 0; expert < weights.Length; expert++)
            {
                for (int i = 0; weights[expert] > 0 && i < sum.Length; i++)
                    sum[i] += weights[expert] * answers[expert][i];
            }

            scores.Add(mask, SegmentedPicture.Of(sum, new float[mask.Length]).Classes);
        }

        return scores.Mean;
    }

    /// <summary>Every way to divide some parts among the classifiers.</summary>
    private static IEnumerable<int[]> Splits(int parts, int experts)
    {
        if (experts == 1)
        {
            yield return [parts];
            yield break;
        }

        for (int first = parts; first >= 0; first--)
        {
            foreach (int[] rest in Splits(parts - first, experts - 1))
                yield return [first, .. rest];
        }
    }
}
