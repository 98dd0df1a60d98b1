namespace Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;

/// <summary>How far what a network says of hidden pixels is from what they are: cross-entropy of zeros and ones, half the squared error of
/// numbers, which are told how far off they may be beside.</summary>
internal static class PictureLoss
{
    // The weight of how sure a number is; errors of more deviations than this say no more.
    private const float SpreadWeight = 0.1f, MostDeviations = 8, MostSpread = 6;

    /// <summary>About how far a number may lie from what is said of it, in the network's units.</summary>
    /// <param name="spread">What the network says of it.</param>
    public static float Deviation(float spread) => MathF.Exp(Math.Clamp(spread, -MostSpread, MostSpread));

    /// <summary>The mean loss of hidden pixels, and its slopes.</summary>
    /// <param name="shape">The pictures.</param>
    /// <param name="output">What the network says, a pixel's outputs side by side.</param>
    /// <param name="places">Which pixels of it were hidden.</param>
    /// <param name="truths">Their numbers, as the network means them.</param>
    /// <param name="slopes">Receives the slopes; may be empty.</param>
    public static double Slopes(
        PictureShape shape, ReadOnlySpan<float> output, int[][] places, float[][] truths, Span<float> slopes)
    {
        slopes.Clear();
        int count = Math.Max(1, places.Sum(own => own.Length));
        double loss = 0;
        for (int window = 0; window < places.Length; window++)
        {
            for (int i = 0; i < places[window].Length; i++)
            {
                int place = places[window][i];
                float truth = truths[window][i];
                loss += shape.IsBinary
                    ? OfLogit(output[place], truth, place, slopes, count)
                    : OfNumber(output[2 * place], output[2 * place + 1], truth, 2 * place, slopes, count);
            }
        }
        return loss / count;
    }

    private static double OfLogit(float logit, float truth, int place, Span<float> slopes, int count)
    {
        bool isOne = truth > 0;
        if (!slopes.IsEmpty)
            slopes[place] = (1 / (1 + MathF.Exp(-logit)) - (isOne ? 1 : 0)) / count;
        return Math.Max(logit, 0) - (isOne ? logit : 0) + Math.Log(1 + Math.Exp(-Math.Abs(logit)));
    }

    private static double OfNumber(float number, float spread, float truth, int place, Span<float> slopes, int count)
    {
        float error = number - truth;
        if (!slopes.IsEmpty)
        {
            slopes[place] = error / count;
            // Of the density of Laplace, without a step back to the number.
            float distance = MathF.Abs(error) / Deviation(spread);
            slopes[place + 1] = SpreadWeight * (1 - Math.Min(distance, MostDeviations)) / count;
        }
        return 0.5 * error * error;
    }
}
