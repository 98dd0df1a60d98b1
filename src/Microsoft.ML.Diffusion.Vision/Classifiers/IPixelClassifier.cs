using Microsoft.ML.Diffusion.Vision.Features;

namespace Microsoft.ML.Diffusion.Vision.Classifiers;

/// <summary>Tells the class of pixels from their features. Safe to use from many threads at once.</summary>
internal interface IPixelClassifier
{
    /// <summary>The number of classes.</summary>
    int Classes { get; }

    /// <summary>Features of a pixel.</summary>
    int Features { get; }

    /// <summary>Tells the classes of the pixels of a picture.</summary>
    /// <param name="picture">The features; this classifier looks at the first <see cref="Features"/> of each pixel.</param>
    /// <param name="probabilities">Receives [pixels, classes].</param>
    /// <param name="uncertainty">Receives how much the members of the classifier disagree about each pixel, 0 for not at all.</param>
    /// <param name="threads">How many threads at most; null for as many as there are processors.</param>
    void Predict(PictureFeatures picture, float[] probabilities, float[] uncertainty, int? threads = null);

    /// <summary>Writes what a loader needs.</summary>
    void Save(BinaryWriter writer);
}
