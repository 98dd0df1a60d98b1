using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tests;

namespace Microsoft.ML.Diffusion.Vision.Tests.Estimator;

public class DiffusionSegmentationTests(TrainedDiscs discs) : IClassFixture<TrainedDiscs>
{
    private readonly MLContext _ml = discs.Ml;

    [Fact]
    public void Discs_are_found_in_pictures_that_were_not_seen()
    {
        SegmentationMetrics metrics = _ml.EvaluateSegmentation(discs.Model.Transform(discs.Test));

        Assert.Equal(["ground", "disc"], metrics.ClassNames);
        Assert.InRange(metrics.MeanIntersectionOverUnion, 0.8, 1);
        long pixels = metrics.Confusion(0, 0) + metrics.Confusion(0, 1) + metrics.Confusion(1, 0) + metrics.Confusion(1, 1);
        Assert.Equal(6 * DiscRow.Size * DiscRow.Size, pixels);
        Assert.Equal(0, metrics.MissingPixels);
    }

    [Fact]
    public void The_schema_promised_is_the_schema_delivered()
    {
        IDataView transformed = discs.Model.Transform(discs.Rows);

        Assert.Equal(Describe(Shape.Of(transformed)), Describe(discs.Estimator.GetOutputSchema(Shape.Of(discs.Rows))));
        DataViewSchema.Column mask = transformed.Schema["PredictedMask"];
        var type = (VectorDataViewType)mask.Type;
        Assert.Equal([DiscRow.Size, DiscRow.Size], type.Dimensions.ToArray());
        Assert.Equal(2UL, ((KeyDataViewType)type.ItemType).Count);
        VBuffer<ReadOnlyMemory<char>> names = default;
        mask.GetKeyValues(ref names);
        Assert.Equal(["ground", "disc"], names.DenseValues().Select(name => name.ToString()));
        Assert.Equal(transformed.Schema.Count, discs.Model.GetOutputSchema(discs.Rows.Schema).Count);
    }

    [Fact]
    public void A_loaded_model_gives_the_same_answers_and_needs_no_mask()
    {
        using var file = new MemoryStream();
        _ml.Model.Save(discs.Model, discs.Rows.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(file, out _);

        IDataView withoutMask = _ml.Transforms.DropColumns("Mask").Fit(discs.Test).Transform(discs.Test);
        Assert.Equal(discs.Answers(discs.Model), discs.Answers(loaded, withoutMask));
    }

    [Fact]
    public async Task Rows_one_by_one_and_from_several_threads_come_out_as_they_do_together()
    {
        using PredictionEngine<DiscRow, DiscAnswer> engine = _ml.Model.CreatePredictionEngine<DiscRow, DiscAnswer>(discs.Model);
        List<string> together = discs.Answers(discs.Model);

        Assert.Equal(together, discs.TestRows.Select(row => engine.Predict(row).ToString()));
        List<string>[] byThread = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => discs.Answers(discs.Model))));
        Assert.All(byThread, answers => Assert.Equal(together, answers));
    }

    [Fact]
    public void Images_give_the_same_answers_as_vectors_of_their_pixels()
    {
        DiffusionSegmentationEstimator.Options options = DiscRows.Quick();
        options.ClassNames = ["ground", "disc"];
        DiffusionSegmentationTransformer ofImages =
            _ml.Transforms.DiffusionSegmentation(imageColumnName: "Photo", options: options).Fit(discs.Rows);

        Assert.Equal(discs.Answers(discs.Model), discs.Answers(ofImages));
        List<DiscRow> rows = DiscRows.Make(1, seed: 99, labelled: 0);
        rows.Add(new DiscRow { Name = "none", Image = rows[0].Image, Grey = rows[0].Grey });
        IDataView transformed = ofImages.Transform(_ml.Data.LoadFromEnumerable(rows));
        DiscAnswer[] answers = [.. _ml.Data.CreateEnumerable<DiscAnswer>(transformed, reuseRowObject: false)];
        Assert.All(answers[1].PredictedMask, key => Assert.Equal(0u, key));
        Assert.True(float.IsNaN(answers[1].ImageUncertainty));
        Assert.All(answers[0].PredictedMask, key => Assert.InRange(key, 1u, 2u));
    }

    [Fact]
    public void Vectors_without_dimensions_are_pictures_of_the_sizes_in_the_options()
    {
        DiffusionSegmentationEstimator.Options options = DiscRows.Quick(channels: 1);
        Exception refusal = Assert.Throws<ArgumentException>(
            () => _ml.Transforms.DiffusionSegmentation("P", "Grey", options: options).Fit(discs.Rows));
        Assert.Contains("Height, Width and Channels", refusal.Message, StringComparison.Ordinal);
        (options.Height, options.Width, options.Channels, options.ProbabilityColumn) = (DiscRow.Size, DiscRow.Size, 1, true);
        DiffusionSegmentationTransformer model = _ml.Transforms.DiffusionSegmentation("P", "Grey", options: options).Fit(discs.Rows);
        IDataView answers = model.Transform(discs.Test);

        Assert.InRange(_ml.EvaluateSegmentation(answers, predictedColumnName: "P").MeanIntersectionOverUnion, 0.75, 1);
        Assert.Equal([DiscRow.Size, DiscRow.Size, 2], ((VectorDataViewType)answers.Schema["P.Probability"].Type).Dimensions.ToArray());
        Assert.All(answers.GetColumn<float[]>("P.Probability"), values => Assert.Equal(DiscRow.Size * DiscRow.Size, values.Sum(), 0.1));
    }

    [Fact]
    public void Only_the_columns_asked_for_are_read()
    {
        IRowToRowMapper mapper = discs.Model.GetRowToRowMapper(discs.Rows.Schema);

        Assert.Equal(["Name"], mapper.GetDependencies([mapper.OutputSchema["Name"]]).Select(column => column.Name));
        Assert.Equal(["Image"], mapper.GetDependencies([mapper.OutputSchema["PredictedMask"]]).Select(column => column.Name));
    }

    private static List<string> Describe(SchemaShape shape) => [.. shape
        .Select(column => $"{column.Name} {column.Kind} {column.ItemType} {column.IsKey} " +
            string.Join(',', column.Annotations.Select(annotation => annotation.Name)))
        .Order(StringComparer.Ordinal)];
}
