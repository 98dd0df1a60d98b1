namespace Microsoft.ML.Diffusion.Tool.Segmentation;

/// <summary>How well the pictures of a folder were predicted.</summary>
/// <param name="Metrics">All pictures together.</param>
/// <param name="Pictures">Each of them, in the order of their names.</param>
/// <param name="Unmasked">Pictures that have no mask, and were left out.</param>
internal sealed record EvaluatedPictures(SegmentationMetrics Metrics, EvaluatedPicture[] Pictures, int Unmasked)
{
    private int Classes => Metrics.ClassNames.Count;

    /// <summary>Pixels of a true class.</summary>
    public long TruePixels(int label) => Enumerable.Range(0, Classes).Sum(other => Metrics.Confusion(label, other));

    /// <summary>Pixels that were predicted to be of a class.</summary>
    public long PredictedPixels(int label) => Enumerable.Range(0, Classes).Sum(other => Metrics.Confusion(other, label));

    /// <summary>The share of pixels of all pictures that were predicted right.</summary>
    public double RightShare =>
        (double)Enumerable.Range(0, Classes).Sum(label => Metrics.Confusion(label, label)) / Enumerable.Range(0, Classes).Sum(TruePixels);
}
