using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tests.Conformance;
using Microsoft.ML.Diffusion.Vision.Classifiers;
using Microsoft.ML.Diffusion.Vision.Diffusion;
using Microsoft.ML.Diffusion.Vision.Network;
using Microsoft.ML.Diffusion.Vision.Segmentation;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Diffusion.Vision.Tests.Conformance;

/// <summary>The estimators of pictures keep to all that those of tables keep to. Three numbers of a row are a picture of one line, and its
/// label is the class of all three pixels.</summary>
public abstract class PictureConformance : EstimatorConformance
{
    private protected static readonly SegmentationOptions Quick = new()
    {
        Network = new UNetSettings
        {
            Size = 16, Channels = 1, Outputs = 1, Base = 4, Multipliers = [1], AttentionSizes = [], HeadChannels = 4, Groups = 2,
        },
        Diffusion = new PictureDiffusionSettings { BatchSize = 4 },
        Steps = [50],
        Perceptrons = new MlpEnsembleSettings { Members = 1, Epochs = 1, Standardizes = true, AveragesProbabilities = true },
        Forest = null,
    };

    protected override IEstimator<ITransformer> Estimator(MLContext ml) => Chain(ml, 4, CancellationToken.None);

    protected override IEstimator<ITransformer> Slow(MLContext ml, CancellationToken cancel) => Chain(ml, 100_000_000, cancel);

    protected override IEstimator<ITransformer> ForTrainer(MLContext ml) => ml.Transforms
        .ReplaceMissingValues(
            [new(nameof(SampleRow.Age)), new(nameof(SampleRow.Signals))], MissingValueReplacingEstimator.ReplacementMode.Mean)
        .Append(Estimator(ml));

    protected override (IEstimator<ITransformer> Estimator, IDataView Rows) Alone(MLContext ml, IDataView sample) =>
        (OfPictures(ml, 4, CancellationToken.None), Before(ml).Fit(sample).Transform(sample));

    private protected abstract IEstimator<ITransformer> OfPictures(MLContext ml, int passes, CancellationToken cancel);

    private protected static void Set(DiffusionImageOptions options, int passes, CancellationToken cancel) =>
        (options.Height, options.Width, options.Channels, options.WhiteLevel, options.Details, options.TrainingPasses,
            options.CancellationToken) = (1, 3, 1, 1, Quick, passes, cancel);

    private EstimatorChain<ITransformer> Chain(MLContext ml, int passes, CancellationToken cancel) =>
        Before(ml).Append(OfPictures(ml, passes, cancel));

    private static EstimatorChain<ColumnConcatenatingTransformer> Before(MLContext ml) => ml.Transforms
        .ReplaceMissingValues("Picture", nameof(SampleRow.Signals), MissingValueReplacingEstimator.ReplacementMode.DefaultValue)
        .Append(ml.Transforms.Conversion.ConvertType("Class", nameof(SampleRow.Label), DataKind.Single))
        .Append(ml.Transforms.Concatenate("Classes", "Class", "Class", "Class"));
}

public class DiffusionImageFeaturesConformance : PictureConformance
{
    private protected override IEstimator<ITransformer> OfPictures(MLContext ml, int passes, CancellationToken cancel)
    {
        var options = new DiffusionImageFeaturesEstimator.Options();
        Set(options, passes, cancel);
        return ml.Transforms.DiffusionImageFeatures("PixelFeatures", "Picture", options);
    }
}

public class DiffusionSegmentationConformance : PictureConformance
{
    private protected override IEstimator<ITransformer> OfPictures(MLContext ml, int passes, CancellationToken cancel)
    {
        var options = new DiffusionSegmentationEstimator.Options { ClassCount = 2 };
        Set(options, passes, cancel);
        return ml.Transforms.DiffusionSegmentation("Predicted", "Picture", "Classes", options);
    }
}
