namespace Microsoft.ML.Diffusion.Vision.Tests.Estimator;

/// <summary>A model of discs, trained once for all tests of a class.</summary>
public sealed class TrainedDiscs
{
    public TrainedDiscs()
    {
        Ml = new MLContext(seed: 1);
        Rows = Ml.Data.LoadFromEnumerable(DiscRows.Make(10, seed: 10, labelled: 6));
        TestRows = DiscRows.Make(6, seed: 99, labelled: 6);
        Test = Ml.Data.LoadFromEnumerable(TestRows);
        DiffusionSegmentationEstimator.Options options = DiscRows.Quick();
        options.ClassNames = ["ground", "disc"];
        Estimator = Ml.Transforms.DiffusionSegmentation(options: options);
        Model = Estimator.Fit(Rows);
    }

    public MLContext Ml { get; }

    public IDataView Rows { get; }

    public List<DiscRow> TestRows { get; }

    public IDataView Test { get; }

    public DiffusionSegmentationEstimator Estimator { get; }

    public DiffusionSegmentationTransformer Model { get; }

    /// <summary>What a model answers, exact to the bit.</summary>
    public List<string> Answers(ITransformer model, IDataView? rows = null) =>
        [.. Ml.Data.CreateEnumerable<DiscAnswer>(model.Transform(rows ?? Test), reuseRowObject: false).Select(answer => answer.ToString())];
}
