namespace Microsoft.ML.Diffusion;

/// <summary>How the class of a pixel is learned.</summary>
public enum SegmentationMethod
{
    /// <summary>Forests on filters of the picture, and forests and multilayer perceptrons on the activations of a denoising network as
    /// well; labelled pictures that are held back in turn tell how much the answer of each counts.</summary>
    Blend,

    /// <summary>The published method (Baranchuk et al. 2022, "Label-Efficient Semantic Segmentation with Diffusion Models"): ten multilayer
    /// perceptrons on the activations of a denoising network, by majority vote.</summary>
    DdpmSeg,
}
