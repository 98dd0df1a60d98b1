using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Vision.Evaluation;

namespace Microsoft.ML;

/// <summary>What <c>ml.Transforms</c> and the MLContext gain for pictures.</summary>
public static class DiffusionVisionCatalog
{
    /// <summary>Learns the class of every pixel from pictures of which a few have masks; the others help too.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column that is added: a vector of keys, height x width, with the names of the classes. Columns
    /// that tell how sure it is come beside it.</param>
    /// <param name="imageColumnName">The pictures: MLImage, or vectors of Single or Byte of known size, all of one size.</param>
    /// <param name="maskColumnName">The class of each pixel, from 0: MLImage (the grey value), or vectors of Byte, UInt32, Single or keys.
    /// Null, an empty vector, or one without a class: the row has no mask. It is read in training alone.</param>
    /// <param name="options">How to train; null takes the defaults.</param>
    /// <exception cref="ArgumentException">A name is empty or given twice, or an option has an impossible value.</exception>
    /// <example><code>
    /// var estimator = ml.Transforms.DiffusionSegmentation("PredictedMask", imageColumnName: "Image", maskColumnName: "Mask");
    /// </code></example>
    public static DiffusionSegmentationEstimator DiffusionSegmentation(
        this TransformsCatalog catalog,
        string outputColumnName = "PredictedMask",
        string imageColumnName = "Image",
        string maskColumnName = "Mask",
        DiffusionSegmentationEstimator.Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(HostAccess.EnvironmentOf(catalog), outputColumnName, imageColumnName, maskColumnName, options);
    }

    /// <summary>Trains a denoising network on pictures without labels, and tells what it makes of every pixel (Baranchuk et al. 2022): many
    /// numbers, from which a few labels are enough to learn. A saved model is the option Pretrained of <see
    /// cref="DiffusionSegmentation"/>, for any labels.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column that is added: a vector of Single, height x width x features, or one of the features of
    /// the whole picture with <see cref="DiffusionImageFeaturesEstimator.Options.AverageOverPixels"/>.</param>
    /// <param name="imageColumnName">The pictures: MLImage, or vectors of Single or Byte of known size, all of one size.</param>
    /// <param name="options">How to train; null takes the defaults.</param>
    /// <exception cref="ArgumentException">A name is empty or given twice, or an option has an impossible value.</exception>
    /// <example><code>
    /// var estimator = ml.Transforms.DiffusionImageFeatures("Features", "Image", new() { AverageOverPixels = true });
    /// </code></example>
    public static DiffusionImageFeaturesEstimator DiffusionImageFeatures(
        this TransformsCatalog catalog,
        string outputColumnName = "Features",
        string imageColumnName = "Image",
        DiffusionImageFeaturesEstimator.Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(HostAccess.EnvironmentOf(catalog), outputColumnName, imageColumnName, options);
    }

    /// <summary>Tells how well predicted masks agree with true ones.</summary>
    /// <param name="ml">The MLContext.</param>
    /// <param name="view">The rows; those without a true mask are left out.</param>
    /// <param name="maskColumnName">The true masks, of a type that <see cref="DiffusionSegmentation"/> learns from.</param>
    /// <param name="predictedColumnName">The predicted masks: vectors of keys.</param>
    /// <param name="ignoreLabel">The label of pixels whose class is not known, 0 to 255.</param>
    /// <exception cref="ArgumentException">A column is not there, or holds no masks.</exception>
    /// <exception cref="System.IO.InvalidDataException">No pixel has a true class, masks differ in size, or a mask has a label that is
    /// none.</exception>
    /// <example><code>
    /// SegmentationMetrics metrics = ml.EvaluateSegmentation(model.Transform(test), maskColumnName: "Mask");
    /// </code></example>
    public static SegmentationMetrics EvaluateSegmentation(
        this MLContext ml,
        IDataView view,
        string maskColumnName = "Mask",
        string predictedColumnName = "PredictedMask",
        int ignoreLabel = byte.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(ml);
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(maskColumnName);
        ArgumentNullException.ThrowIfNull(predictedColumnName);
        ArgumentOutOfRangeException.ThrowIfNegative(ignoreLabel);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ignoreLabel, byte.MaxValue);
        return MaskComparison.Of(view, maskColumnName, predictedColumnName, ignoreLabel);
    }
}
