namespace Microsoft.ML.Diffusion;

/// <summary>How well predicted masks agree with true ones. Pixels of all pictures count together; those without a true class are left
/// out.</summary>
public sealed class SegmentationMetrics
{
    private readonly long[,] _confusion;

    internal SegmentationMetrics(IReadOnlyList<string> classNames, long[,] confusion, double[] perClass, long missing)
    {
        (ClassNames, _confusion, PerClassIntersectionOverUnion, MissingPixels) = (classNames, confusion, perClass, missing);
        double[] found = [.. perClass.Where(value => !double.IsNaN(value))];
        MeanIntersectionOverUnion = found.Average();
        MeanOverAllClasses = found.Sum() / perClass.Length;
    }

    /// <summary>The names of the classes, from class 0.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Intersection over union of each class, 0 to 1; NaN for a class that is nowhere, neither in a true mask nor in a
    /// predicted one.</summary>
    public IReadOnlyList<double> PerClassIntersectionOverUnion { get; }

    /// <summary>The mean intersection over union of the classes that are somewhere, 0 to 1.</summary>
    public double MeanIntersectionOverUnion { get; }

    /// <summary>The mean intersection over union of all classes, where one that is nowhere counts as 0 (Baranchuk et al. 2022), 0 to
    /// 1.</summary>
    public double MeanOverAllClasses { get; }

    /// <summary>Pixels with a true class and no predicted one, as in rows without an image; they count nowhere else.</summary>
    public long MissingPixels { get; }

    /// <summary>How many pixels of a true class were predicted to be of another, or the same.</summary>
    /// <param name="truth">The true class, from 0.</param>
    /// <param name="predicted">The predicted class, from 0.</param>
    /// <exception cref="IndexOutOfRangeException">There is no such class.</exception>
    public long Confusion(int truth, int predicted) => _confusion[truth, predicted];
}
