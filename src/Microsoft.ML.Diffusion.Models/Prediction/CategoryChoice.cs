namespace Microsoft.ML.Diffusion.Models.Prediction;

/// <summary>One category from the values of all.</summary>
internal static class CategoryChoice
{
    /// <summary>The place of the largest value, the first of several.</summary>
    public static int Largest(ReadOnlySpan<float> values)
    {
        int largest = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] > values[largest])
                largest = i;
        }
        return largest;
    }

    /// <summary>A category drawn with the given probabilities.</summary>
    /// <param name="probabilities">They add up to 1.</param>
    /// <param name="uniform">A uniform random number in [0, 1).</param>
    public static int Draw(ReadOnlySpan<float> probabilities, float uniform)
    {
        int last = probabilities.Length - 1;
        for (int i = 0; i < last; i++)
        {
            uniform -= probabilities[i];
            if (uniform < 0)
                return i;
        }
        return last;
    }
}
