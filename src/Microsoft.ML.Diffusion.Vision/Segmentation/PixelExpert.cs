using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Vision.Classifiers;
using Microsoft.ML.Diffusion.Vision.Features;

namespace Microsoft.ML.Diffusion.Vision.Segmentation;

/// <summary>A classifier that looks at the first features of each pixel, and what its answer counts.</summary>
/// <param name="Classifier">The classifier.</param>
/// <param name="Features">How many features it looks at.</param>
/// <param name="Weight">The share of its answer, 0 to 1.</param>
internal sealed record PixelExpert(IPixelClassifier Classifier, int Features, float Weight)
{
    private const byte Perceptrons = 0;
    private const byte Forest = 1;

    /// <summary>What it says of a picture.</summary>
    /// <param name="picture">The features.</param>
    /// <param name="threads">How many threads at most; null for as many as there are processors.</param>
    /// <returns>[pixels, classes], and how much its members disagree about each pixel.</returns>
    public (float[] Probabilities, float[] Uncertainty) Answer(PictureFeatures picture, int? threads = null)
    {
        float[] probabilities = new float[picture.Pixels * Classifier.Classes], uncertainty = new float[picture.Pixels];
        Classifier.Predict(picture, probabilities, uncertainty, threads);
        return (probabilities, uncertainty);
    }

    /// <summary>Writes the expert.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(Classifier is PixelForest ? Forest : Perceptrons);
        writer.Write(Features);
        writer.Write(Weight);
        Classifier.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="all">All features of a pixel.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="InvalidDataException">The data are damaged.</exception>
    public static PixelExpert Load(BinaryReader reader, int all, int classes)
    {
        byte kind = reader.ReadByte();
        CheckedReading.Require(kind <= Forest, $"there is no classifier of number {kind}");
        int features = reader.ReadBetween(1, all, "the number of features");
        float weight = reader.ReadSingle();
        CheckedReading.Require(weight is > 0 and <= 1, "a weight is not between 0 and 1");
        IPixelClassifier classifier = kind == Forest ? PixelForest.Load(reader) : MlpEnsemble.Load(reader);
        CheckedReading.Require(classifier.Classes == classes && classifier.Features == features, "a classifier is of another size");
        return new PixelExpert(classifier, features, weight);
    }
}
