using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Diffusion.Vision.Tests.Estimator;

public class BadInputTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Impossible_options_are_refused_when_the_estimator_is_made()
    {
        Refused("ClassCount", options => options.ClassCount = 1);
        Refused("ClassCount", options => options.ClassNames = ["one"]);
        Refused("ClassNames", options => options.ClassNames = ["one", "one"]);
        Refused("ClassNames", options => options.ClassNames = ["one", ""]);
        Refused("ClassCount", options => (options.ClassNames, options.ClassCount) = (["one", "two"], 3));
        Refused("IgnoreLabel", options => options.IgnoreLabel = 256);
        Refused("Channels", options => options.Channels = 2);
        Refused("TileSize", options => options.TileSize = 20);
        Refused("TrainingPasses", options => options.TrainingPasses = 0);
        Refused("MaxTrainingTime", options => options.MaxTrainingTime = TimeSpan.Zero);
        Refused("WhiteLevel", options => options.WhiteLevel = 0);
        Assert.Throws<ArgumentException>(() => _ml.Transforms.DiffusionSegmentation("Image"));
        Assert.Throws<ArgumentException>(() => _ml.Transforms.DiffusionSegmentation("P", "Same", "Same"));

        void Refused(string option, Action<DiffusionSegmentationEstimator.Options> set)
        {
            var options = new DiffusionSegmentationEstimator.Options();
            set(options);
            Assert.Equal(option, Assert.Throws<ArgumentException>(() => _ml.Transforms.DiffusionSegmentation(options: options)).ParamName);
        }
    }

    [Fact]
    public void Columns_that_are_not_there_or_hold_no_pictures_are_refused()
    {
        List<DiscRow> rows = DiscRows.Make(2, seed: 1, labelled: 2);

        Assert.Contains("did you mean Image?", Fails<ArgumentException>(rows, image: "Imag"), StringComparison.Ordinal);
        Assert.Contains("no picture", Fails<ArgumentException>(rows, image: "Name"), StringComparison.Ordinal);
        Assert.Contains("no mask", Fails<ArgumentException>(rows, mask: "Name"), StringComparison.Ordinal);
        string planar = Fails<ArgumentException>(rows, options: o => o.InterleavedChannels = false);
        Assert.Contains("16 channels", planar, StringComparison.Ordinal);
        Assert.Contains("Height", Fails<ArgumentException>(rows, options: o => o.Height = 17), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_teach_nothing_are_refused()
    {
        Assert.Contains("no rows", Fails<InvalidDataException>([]), StringComparison.Ordinal);
        Assert.Contains("No pixel has a class", Fails<InvalidDataException>(DiscRows.Make(3, 1, labelled: 0)), StringComparison.Ordinal);
        var empty = new DiscRow { Image = new byte[768], Grey = new float[256] };
        Assert.Contains("no image", Fails<InvalidDataException>([empty], image: "Photo"), StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_that_are_none_are_refused()
    {
        List<DiscRow> rows = DiscRows.Make(3, 1, labelled: 3);
        rows[1].Mask[7] = 9;
        Assert.Contains("class 9", Fails<InvalidDataException>(rows, options: o => o.ClassCount = 2), StringComparison.Ordinal);
        rows[1].Mask = [1, 2];
        Assert.Contains("Row 2 has a mask of 2 pixels", Fails<InvalidDataException>(rows), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_with_height_and_width_swapped_is_refused()
    {
        using MLImage picture = Grey(height: 16, width: 24), turned = Grey(height: 24, width: 16);
        IDataView rows = _ml.Data.LoadFromEnumerable(new[] { new TurnedRow { Image = picture, Mask = turned } });
        DiffusionSegmentationEstimator estimator = _ml.Transforms.DiffusionSegmentation(options: DiscRows.Quick());
        string refusal = Assert.Throws<InvalidDataException>(() => estimator.Fit(rows)).Message;

        Assert.Contains("Row 1 has a mask of 24 x 16 pixels", refusal, StringComparison.Ordinal);
        Assert.Contains("its picture has 16 x 24", refusal, StringComparison.Ordinal);

        static MLImage Grey(int height, int width) =>
            MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, new byte[4 * height * width]);
    }

    [Fact]
    public void A_predicted_mask_with_height_and_width_swapped_is_not_compared()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(new[] { new TurnedAnswer { Mask = new byte[6], PredictedMask = new uint[6] } });

        string refusal = Assert.Throws<InvalidDataException>(() => _ml.EvaluateSegmentation(rows)).Message;
        Assert.Contains("Row 1 has a mask of 2 x 3 pixels, and a predicted one of 3 x 2 pixels", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_training_stops()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        DiffusionSegmentationEstimator.Options options = DiscRows.Quick();
        options.CancellationToken = source.Token;
        IDataView rows = _ml.Data.LoadFromEnumerable(DiscRows.Make(3, 1, labelled: 3));
        Assert.ThrowsAny<OperationCanceledException>(() => _ml.Transforms.DiffusionSegmentation(options: options).Fit(rows));
    }

    private string Fails<TException>(
        List<DiscRow> rows, string image = "Image", string mask = "Mask", Action<DiffusionSegmentationEstimator.Options>? options = null)
        where TException : Exception
    {
        DiffusionSegmentationEstimator.Options chosen = DiscRows.Quick();
        options?.Invoke(chosen);
        IDataView view = _ml.Data.LoadFromEnumerable(rows);
        return Assert.Throws<TException>(() => _ml.Transforms.DiffusionSegmentation("P", image, mask, chosen).Fit(view)).Message;
    }

    private sealed class TurnedRow
    {
        [ImageType(16, 24)]
        public MLImage? Image { get; set; }

        [ImageType(24, 16)]
        public MLImage? Mask { get; set; }
    }

    private sealed class TurnedAnswer
    {
        [VectorType(2, 3)]
        public byte[] Mask { get; set; } = [];

        [VectorType(3, 2)]
        [KeyType(2)]
        public uint[] PredictedMask { get; set; } = [];
    }
}
