using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Tables;
using Microsoft.ML.Diffusion.Vision.Diffusion;
using Microsoft.ML.Diffusion.Vision.Pictures;
using Microsoft.ML.Diffusion.Vision.Segmentation;
using Microsoft.ML.Diffusion.Vision.Views;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion;

/// <summary>Trains a denoising network on pictures without labels, whose activations tell pixels apart (Baranchuk et al. 2022, section
/// 3).</summary>
/// <remarks>
/// <para>To create this estimator, use
/// <see cref="DiffusionVisionCatalog.DiffusionImageFeatures(TransformsCatalog, string, string, Options)">
/// DiffusionImageFeatures</see>.</para>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes |
/// | Image column data type | MLImage, or a vector of Single or Byte of known size; all pictures have one size |
/// | Output column data type | A vector of Single, height x width x features, or features with AverageOverPixels |
/// | Passes over the data while training | One; all pictures are in memory |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class DiffusionImageFeaturesEstimator : IEstimator<DiffusionImageFeaturesTransformer>
{
    private readonly IHost _host;
    private readonly ImageFeaturesLayout _layout;
    private readonly Options _options;

    internal DiffusionImageFeaturesEstimator(
        IHostEnvironment environment, string outputColumnName, string imageColumnName, Options? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(imageColumnName);
        if (outputColumnName == imageColumnName)
        {
            throw new ArgumentException(
                $"The features and the image are both called '{outputColumnName}'; another name was expected.", nameof(outputColumnName));
        }

        _options = (Options)(options ?? new Options()).Copy();
        _options.Validate();
        _layout = new ImageFeaturesLayout(outputColumnName, imageColumnName, _options.AverageOverPixels);
        _host = environment.Register("DiffusionImageFeatures");
    }

    /// <summary>Trains the network.</summary>
    /// <param name="input">The pictures to learn from; read once.</param>
    /// <returns>The trained transformer.</returns>
    /// <exception cref="ArgumentException">The column is not there or holds no pictures, or a block or <see
    /// cref="DiffusionImageOptions.Pretrained"/> is not there.</exception>
    /// <exception cref="InvalidDataException">There are no rows, pictures differ in size, or the file of weights does not fit.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    public DiffusionImageFeaturesTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column image = SegmentationLayout.Find(input.Schema, _layout.Image);
        var form = PictureForm.Find(image, _options.Hints);
        ulong seed = _options.SeedFor(_host);
        using IChannel channel = _host.Start("Training");
        using var cancellation = new Cancellation(_host, _options.CancellationToken);
        var pictures = new TrainingPictures(input, image, mask: null, form, byte.MaxValue, cancellation.Token);
        SegmentationOptions settings = _options.Apply(new SegmentationOptions(), pictures.Form, seed, _host, channel);
        DiffusionFeatures features = settings.Pretrained ?? Train(pictures, settings, channel, cancellation.Token);
        if (!_layout.Holds(pictures.Form, features.Count))
        {
            throw ColumnRefusal.Of(
                $"Pictures of {pictures.Form.Height} x {pictures.Form.Width} pixels with {features.Count} features each are more than a " +
                "vector can hold: set AverageOverPixels, or fewer Steps or Blocks.");
        }

        return new DiffusionImageFeaturesTransformer(
            _layout, pictures.Form, new TiledFeatures(features, pictures.Form.Height, pictures.Form.Width));
    }

    /// <summary>The columns that a view will have after <see cref="Fit"/>, if it has those of <paramref name="inputSchema"/>
    /// before.</summary>
    /// <param name="inputSchema">The columns before.</param>
    /// <exception cref="ArgumentException">The column of pictures is not there.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var columns = inputSchema.ToDictionary(column => column.Name, StringComparer.Ordinal);
        if (!columns.ContainsKey(_layout.Image))
            throw ColumnRefusal.Unknown(_layout.Image, columns.Keys);
        columns[_layout.Output] = _layout.Promised();
        return new SchemaShape(columns.Values);
    }

    private DiffusionFeatures Train(
        TrainingPictures pictures, SegmentationOptions settings, IChannel channel, CancellationToken cancel)
    {
        (int height, int width) = (pictures.Form.Height, pictures.Form.Width);
        var tiles = new PictureTiles(height, width, settings.Network?.Size ?? PictureTiles.SizeFor(height, width, _options.TileSize));
        channel.Info(
            MessageSensitivity.None, "Training on {0} pictures of {1} x {2} pixels.", pictures.Items.Count, height, width);
        Picture[] parts = [.. pictures.Items.SelectMany(item => Enumerable.Range(0, tiles.Count).Select(i => tiles.Cut(item.Picture, i)))];
        return DenoiserTraining.Run(parts, settings, new ProgressMeter(new TrainingLog(channel, _options.Progress)), cancel);
    }

    /// <summary>What a <see cref="DiffusionImageFeaturesEstimator"/> is trained with.</summary>
    public sealed class Options : DiffusionImageOptions
    {
        /// <summary>Whether the features of all pixels are averaged, so that a picture has one vector, for a trainer of whole pictures.
        /// Default: false, each pixel has its own.</summary>
        public bool AverageOverPixels { get; set; }
    }
}
