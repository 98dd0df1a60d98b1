namespace Microsoft.ML.Diffusion.Models.Prediction;

/// <summary>Makes probabilities of what a linear model says of each category.</summary>
internal static class Probabilities
{
    // Nothing is ever impossible: a blend takes logarithms.
    private const float Least = 1e-4f;

    /// <summary>Raises every value to the least that is allowed, then divides by the sum.</summary>
    public static void Normalize(Span<float> values)
    {
        float sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Math.Max(values[i], Least);
            sum += values[i];
        }
        for (int i = 0; i < values.Length; i++)
            values[i] /= sum;
    }
}
