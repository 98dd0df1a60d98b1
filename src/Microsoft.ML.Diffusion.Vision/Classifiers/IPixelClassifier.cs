namespace Microsoft.ML.Diffusion.Vision.Classifiers;

/// <summary>Tells the class of pixels from their features. Safe to use from many threads at once.</summary>
internal interface IPixelClassifier
{
    /// <summary>The number of classes.</summary>
    int Classes { get; }

    /// <summary>Features of a pixel.</summary>
    int Features { get; }

    /// <summary>Tells the classes of some pixels.</summary>
    /// <param name="features">[pixels, features].</param>
    /// <param name="pixels">How many there are.</param>
    /// <param name="probabilities">Receives [pixels, classes].</param>
    /// <param name="uncertainty">Receives how much the members of the classifier disagree about each pixel, 0 for not at all.</param>
    void Predict(ReadOnlySpan<float> features, int pixels, Span<float> probabilities, Span<float> uncertainty);

    /// <summary>Writes what a loader needs.</summary>
    void Save(BinaryWriter writer);
}
