namespace Microsoft.ML.Diffusion.Vision.Tests.Estimator;

/// <summary>A network of discs, trained once for all tests of a class.</summary>
public sealed class TrainedFeatures
{
    public TrainedFeatures()
    {
        Ml = new MLContext(seed: 1);
        RowObjects = DiscRows.Make(6, seed: 10, labelled: 6);
        Rows = Ml.Data.LoadFromEnumerable(RowObjects);
        Model = Ml.Transforms.DiffusionImageFeatures(options: Quick()).Fit(Rows);
    }

    public MLContext Ml { get; }

    public List<DiscRow> RowObjects { get; }

    public IDataView Rows { get; }

    public DiffusionImageFeaturesTransformer Model { get; }

    /// <summary>Options of a training of a moment.</summary>
    public static DiffusionImageFeaturesEstimator.Options Quick() =>
        new() { TrainingPasses = 80, Seed = 3, Details = DiscRows.Quick().Details };
}
