using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Vision.Tests.Estimator;

public sealed class ImageFileTests(TrainedDiscs discs) : IClassFixture<TrainedDiscs>, IDisposable
{
    private readonly MLContext _ml = discs.Ml;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("segmentation-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Files_of_images_and_masks_give_the_same_answers_as_vectors()
    {
        DiffusionSegmentationEstimator.Options options = DiscRows.Quick();
        options.ClassNames = ["ground", "disc"];
        IDataView training = Files(DiscRows.Make(10, seed: 10, labelled: 6)), test = Files(discs.TestRows);
        DiffusionSegmentationTransformer model =
            _ml.Transforms.DiffusionSegmentation(imageColumnName: "Picture", maskColumnName: "Drawing", options: options).Fit(training);

        Assert.Equal(discs.Answers(discs.Model), discs.Answers(model, test));
        SegmentationMetrics metrics = _ml.EvaluateSegmentation(model.Transform(test), maskColumnName: "Drawing");
        double expected = _ml.EvaluateSegmentation(discs.Model.Transform(discs.Test)).MeanIntersectionOverUnion;
        Assert.Equal(expected, metrics.MeanIntersectionOverUnion);
    }

    [Fact]
    public void Images_of_another_size_are_refused()
    {
        using MLImage large = Grey(17, 16, new byte[17 * 16]);
        List<DiscRow> rows = DiscRows.Make(3, seed: 1, labelled: 3);
        rows[2].Photo = large;
        IDataView view = Files(rows);
        Exception refusal = Assert.Throws<InvalidDataException>(() => _ml.Transforms
            .DiffusionSegmentation(imageColumnName: "Picture", maskColumnName: "Drawing", options: DiscRows.Quick()).Fit(view));

        Assert.Contains("16 x 17", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("ResizeImages", refusal.Message, StringComparison.Ordinal);
    }

    private static MLImage Grey(int width, int height, byte[] values) => MLImage.CreateFromPixels(
        width, height, MLPixelFormat.Bgra32, values.SelectMany(value => new[] { value, value, value, byte.MaxValue }).ToArray());

    /// <summary>Writes PNG files and reads them as ML.NET does.</summary>
    private IDataView Files(List<DiscRow> rows)
    {
        var paths = new List<PathRow>();
        foreach (DiscRow row in rows)
        {
            var path = new PathRow { Name = row.Name, ImagePath = $"image-{Guid.NewGuid()}.png" };
            row.Photo!.Save(Path.Combine(_folder.FullName, path.ImagePath));
            if (row.Mask.Length > 0)
            {
                path.MaskPath = $"mask-{Guid.NewGuid()}.png";
                using MLImage mask = Grey(DiscRow.Size, DiscRow.Size, row.Mask);
                mask.Save(Path.Combine(_folder.FullName, path.MaskPath));
            }

            paths.Add(path);
        }

        IDataView view = _ml.Data.LoadFromEnumerable(paths);
        return _ml.Transforms.LoadImages("Picture", _folder.FullName, nameof(PathRow.ImagePath))
            .Append(_ml.Transforms.LoadImages("Drawing", _folder.FullName, nameof(PathRow.MaskPath))).Fit(view).Transform(view);
    }

    private sealed class PathRow
    {
        public string Name { get; set; } = "";

        public string ImagePath { get; set; } = "";

        public string MaskPath { get; set; } = "";
    }
}
