namespace Microsoft.ML.Diffusion.Vision.Views;

/// <summary>A column that is added.</summary>
internal enum SegmentationColumn
{
    /// <summary>The most probable class of each pixel.</summary>
    Mask,

    /// <summary>How much the classifiers disagree at each pixel.</summary>
    Uncertainty,

    /// <summary>How much they disagree in the picture.</summary>
    ImageUncertainty,

    /// <summary>The probability of each class of each pixel.</summary>
    Probability,
}
