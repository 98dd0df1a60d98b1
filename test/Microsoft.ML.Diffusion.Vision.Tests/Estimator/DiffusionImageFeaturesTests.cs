using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Network;
using Microsoft.ML.Diffusion.Vision.Tests.Network;

namespace Microsoft.ML.Diffusion.Vision.Tests.Estimator;

public sealed class DiffusionImageFeaturesTests(TrainedFeatures trained) : IClassFixture<TrainedFeatures>, IDisposable
{
    private readonly MLContext _ml = trained.Ml;
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Every_pixel_has_features_that_differ_between_disc_and_ground()
    {
        DataViewSchema.Column column = trained.Model.Transform(trained.Rows).Schema["Features"];
        int count = trained.Model.FeatureCount;
        Assert.Equal([DiscRow.Size, DiscRow.Size, count], ((VectorDataViewType)column.Type).Dimensions.ToArray());

        float[] features = Features(trained.Model)[0];
        DiscRow row = trained.RowObjects[0];
        Assert.Contains(Enumerable.Range(0, count), feature =>
        {
            float[] disc = Of(1), ground = Of(0);
            double distance = Math.Abs(disc.Average() - ground.Average()), spread = Math.Max(Deviation(disc), Deviation(ground));
            return distance > spread;

            float[] Of(byte label) => [.. row.Mask.Index().Where(pixel => pixel.Item == label)
                .Select(pixel => features[(pixel.Index * count) + feature])];
        });

        static double Deviation(float[] values) => Math.Sqrt(values.Average(value => Math.Pow(value - values.Average(), 2)));
    }

    [Fact]
    public void Averaged_features_are_the_means_of_those_of_the_pixels()
    {
        DiffusionImageFeaturesEstimator.Options options = TrainedFeatures.Quick();
        options.AverageOverPixels = true;
        options.Pretrained = Saved();
        DiffusionImageFeaturesTransformer averaging = _ml.Transforms.DiffusionImageFeatures(options: options).Fit(trained.Rows);
        float[][] means = Features(averaging), pixels = Features(trained.Model);

        Assert.Equal(trained.Model.FeatureCount, means[0].Length);
        for (int feature = 0; feature < means[0].Length; feature++)
        {
            double expected = Enumerable.Range(0, DiscRow.Size * DiscRow.Size)
                .Average(pixel => pixels[2][(pixel * means[0].Length) + feature]);
            Assert.Equal(expected, means[2][feature], 1e-5);
        }
    }

    [Fact]
    public void A_saved_network_is_used_for_labels_without_being_trained_again()
    {
        DiffusionSegmentationEstimator.Options options = DiscRows.Quick();
        options.Pretrained = Saved();
        var steps = new List<TrainingProgress>();
        DiffusionSegmentationTransformer model = _ml.Transforms.DiffusionSegmentation(options: options).Fit(trained.Rows);
        DiffusionSegmentationEstimator.Options again = DiscRows.Quick();
        again.Pretrained = _file + ".segmentation";
        try
        {
            _ml.Model.Save(model, trained.Rows.Schema, again.Pretrained);
            DiffusionSegmentationTransformer other = _ml.Transforms.DiffusionSegmentation(options: again).Fit(trained.Rows);

            Assert.Equal(trained.Model.Model.Network.Parameters().Select(each => each.Value.ToArray()),
                model.Features.Network.Parameters().Select(each => each.Value.ToArray()));
            Assert.Equal(Masks(model), Masks(other));
            Assert.InRange(_ml.EvaluateSegmentation(model.Transform(trained.Rows)).MeanIntersectionOverUnion, 0.8, 1);
        }
        finally
        {
            File.Delete(again.Pretrained);
        }

        string[] Masks(ITransformer transformer) => [.. _ml.Data
            .CreateEnumerable<DiscAnswer>(transformer.Transform(trained.Rows), reuseRowObject: false).Select(answer => answer.ToString())];
    }

    [Fact]
    public void Steps_and_blocks_say_which_features_there_are()
    {
        DiffusionImageFeaturesEstimator.Options options = TrainedFeatures.Quick();
        (options.Pretrained, options.Steps, options.Blocks) = (Saved(), [20], [3]);
        DiffusionImageFeaturesTransformer one = _ml.Transforms.DiffusionImageFeatures(options: options).Fit(trained.Rows);
        options.Blocks = [4];
        DiffusionImageFeaturesEstimator beyond = _ml.Transforms.DiffusionImageFeatures(options: options);

        Assert.Equal(8, one.FeatureCount);
        string refusal = Assert.Throws<ArgumentException>(() => beyond.Fit(trained.Rows)).Message;
        Assert.Contains("ascending ones of 0 to 3 were expected", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_a_file_are_used_and_those_of_another_kind_of_network_are_not()
    {
        var settings = new UNetSettings
        {
            Size = 16, Channels = 3, Outputs = 6, Base = 64, Multipliers = [1, 1], AttentionSizes = [], HeadChannels = 64, Groups = 32,
            ResizesInBlocks = true, StacksPixels = false,
        };
        Dictionary<string, NamedTensor> weights = TorchWeights.Of(new DenoisingUNet(settings, new Philox(5)));
        File.WriteAllBytes(_file, TorchWeights.File(weights));
        DiffusionImageFeaturesEstimator.Options options = TrainedFeatures.Quick();
        (options.Pretrained, options.Steps, options.Blocks) = (_file, [50], [1]);
        DiffusionImageFeaturesTransformer model = _ml.Transforms.DiffusionImageFeatures(options: options).Fit(trained.Rows);

        Assert.Equal(64, model.FeatureCount);
        Assert.All(Features(model)[0], value => Assert.True(float.IsFinite(value)));
        weights.Remove("middle_block.0.in_layers.2.weight");
        File.WriteAllBytes(_file, TorchWeights.File(weights));
        Assert.Contains("middle_block.0.in_layers.2.weight", Refusal<InvalidDataException>(), StringComparison.Ordinal);
        File.WriteAllText(_file, "neither a model nor weights");
        Assert.Contains("safetensors", Refusal<InvalidDataException>(), StringComparison.Ordinal);
        File.Delete(_file);
        Assert.Contains("no such file", Refusal<ArgumentException>(), StringComparison.Ordinal);

        string Refusal<T>()
            where T : Exception =>
            Assert.Throws<T>(() => _ml.Transforms.DiffusionImageFeatures(options: options).Fit(trained.Rows)).Message;
    }

    [Fact]
    public void Pictures_larger_than_the_network_have_features_everywhere()
    {
        DiffusionImageFeaturesEstimator.Options options = TrainedFeatures.Quick();
        options.Pretrained = Saved();
        (options.Height, options.Width, options.Channels, options.Steps, options.Blocks) = (16, 40, 3, [50], [3]);
        var rows = new[] { new WideRow { Image = [.. Enumerable.Range(0, 16 * 40 * 3).Select(i => i * 37 % 256 / 255f)] } };
        IDataView view = _ml.Data.LoadFromEnumerable(rows);
        ITransformer model = _ml.Transforms.DiffusionImageFeatures(options: options).Fit(view);

        float[] features = model.Transform(view).GetColumn<float[]>("Features").Single();
        Assert.Equal(16 * 40 * 8, features.Length);
        for (int pixel = 0; pixel < 16 * 40; pixel++)
            Assert.Contains(features[(8 * pixel)..(8 * (pixel + 1))], value => value != 0);
    }

    [Fact]
    public void Impossible_options_and_columns_are_refused_when_the_estimator_is_made()
    {
        Refused("Steps", options => options.Steps = [50, 50]);
        Refused("Steps", options => options.Steps = [1000]);
        Refused("Steps", options => options.Steps = []);
        Refused("Blocks", options => options.Blocks = [-1]);
        Refused("Pretrained", options => options.Pretrained = "");
        Refused("TrainingPasses", options => options.TrainingPasses = 0);
        Refused("GpuDeviceId", options => options.GpuDeviceId = -1);
        Assert.Throws<ArgumentException>(() => _ml.Transforms.DiffusionImageFeatures("Image"));

        void Refused(string option, Action<DiffusionImageFeaturesEstimator.Options> set)
        {
            var options = new DiffusionImageFeaturesEstimator.Options();
            set(options);
            Assert.Equal(option, Assert.Throws<ArgumentException>(() => _ml.Transforms.DiffusionImageFeatures(options: options)).ParamName);
        }
    }

    private string Saved()
    {
        _ml.Model.Save(trained.Model, trained.Rows.Schema, _file);
        return _file;
    }

    private float[][] Features(ITransformer model) => [.. model.Transform(trained.Rows).GetColumn<float[]>("Features")];

    private sealed class WideRow
    {
        [VectorType(16 * 40 * 3)]
        public float[] Image { get; set; } = [];
    }
}
