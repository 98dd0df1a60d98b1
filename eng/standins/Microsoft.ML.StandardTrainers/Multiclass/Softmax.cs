namespace Microsoft.ML.Trainers;

internal static class Softmax
{
    // Turns scores into probabilities.
    public static void Apply(Span<float> scores)
    {
        float largest = float.NegativeInfinity;
        foreach (float score in scores)
            largest = Math.Max(largest, score);
        double sum = 0;
        foreach (float score in scores)
            sum += Math.Exp(score - largest);
        for (int k = 0; k < scores.Length; k++)
            scores[k] = (float)(Math.Exp(scores[k] - largest) / sum);
    }
}
