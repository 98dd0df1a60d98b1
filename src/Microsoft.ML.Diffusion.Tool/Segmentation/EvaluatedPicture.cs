namespace Microsoft.ML.Diffusion.Tool.Segmentation;

/// <summary>How well one picture was predicted.</summary>
/// <param name="Name">The name of its file.</param>
/// <param name="KnownPixels">Pixels with a true class.</param>
/// <param name="RightPixels">Those of them that were predicted so.</param>
/// <param name="Uncertainty">How much the classifiers disagree: the mean of the most uncertain tenth of its pixels.</param>
internal sealed record EvaluatedPicture(string Name, int KnownPixels, int RightPixels, float Uncertainty)
{
    /// <summary>The share of pixels that were predicted right; NaN where none has a class.</summary>
    public double RightShare => KnownPixels == 0 ? double.NaN : (double)RightPixels / KnownPixels;
}
