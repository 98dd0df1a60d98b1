using Microsoft.ML.Diffusion.Vision.Pictures;

namespace Microsoft.ML.Diffusion.Vision.Segmentation;

/// <summary>How well predicted masks agree with true ones: intersections and unions of each class are summed over all pictures.</summary>
/// <param name="classes">The number of classes.</param>
internal sealed class SegmentationScores(int classes)
{
    private readonly long[] _confusion = new long[classes * classes];

    /// <summary>Counts a picture; pixels without a true class are left out.</summary>
    public void Add(ReadOnlySpan<byte> truth, ReadOnlySpan<byte> predicted)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(truth.Length, predicted.Length, nameof(predicted));
        for (int i = 0; i < truth.Length; i++)
        {
            if (truth[i] != LabelledPicture.Ignored)
                _confusion[(truth[i] * classes) + predicted[i]]++;
        }
    }

    /// <summary>Pixels of a true class for which another, or the same, was predicted.</summary>
    public long Count(int truth, int predicted) => _confusion[(truth * classes) + predicted];

    /// <summary>Intersection over union of a class; 0 for one that is nowhere, neither in truth nor in a prediction.</summary>
    public double Of(int label)
    {
        long union = -Count(label, label);
        for (int other = 0; other < classes; other++)
            union += Count(label, other) + Count(other, label);
        return union == 0 ? 0 : (double)Count(label, label) / union;
    }

    /// <summary>The mean over all classes.</summary>
    public double Mean => Enumerable.Range(0, classes).Average(Of);
}
