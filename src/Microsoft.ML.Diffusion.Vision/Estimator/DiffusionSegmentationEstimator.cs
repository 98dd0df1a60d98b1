using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Tables;
using Microsoft.ML.Diffusion.Vision.Segmentation;
using Microsoft.ML.Diffusion.Vision.Views;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion;

/// <summary>Learns the class of every pixel from pictures of which a few have masks.</summary>
/// <remarks>
/// <para>To create this estimator, use
/// <see cref="DiffusionVisionCatalog.DiffusionSegmentation(TransformsCatalog, string, string, string, Options)">
/// DiffusionSegmentation</see>.</para>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes |
/// | Image column data type | MLImage, or a vector of Single or Byte of known size; all pictures have one size |
/// | Mask column data type | MLImage (the grey value is the class), or a vector of Byte, UInt32, Single or keys |
/// | Output column data type | A vector of keys, height x width |
/// | Passes over the data while training | One; all pictures are in memory |
/// | Exportable to ONNX | No |
///
/// A row has no mask where its image is null, its vector is empty, or no pixel has a class. Such rows help the denoising network.
/// ]]></format>
/// </remarks>
public sealed partial class DiffusionSegmentationEstimator : IEstimator<DiffusionSegmentationTransformer>
{
    private readonly IHost _host;
    private readonly SegmentationLayout _layout;
    private readonly string _maskColumn;
    private readonly Options _options;

    internal DiffusionSegmentationEstimator(
        IHostEnvironment environment, string outputColumnName, string imageColumnName, string maskColumnName, Options? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(imageColumnName);
        ArgumentException.ThrowIfNullOrEmpty(maskColumnName);
        if (outputColumnName == imageColumnName || outputColumnName == maskColumnName)
        {
            throw new ArgumentException(
                $"The predicted mask and an input are both called '{outputColumnName}'; another name was expected.",
                nameof(outputColumnName));
        }

        if (imageColumnName == maskColumnName)
        {
            throw new ArgumentException(
                $"'{maskColumnName}' is the image and the mask; two columns were expected.", nameof(maskColumnName));
        }

        _options = (Options)(options ?? new Options()).Copy();
        _options.Validate();
        _layout = new SegmentationLayout(outputColumnName, imageColumnName, _options.UncertaintyColumns, _options.ProbabilityColumn);
        _maskColumn = maskColumnName;
        _host = environment.Register("DiffusionSegmentation");
    }

    /// <summary>Trains the model.</summary>
    /// <param name="input">The pictures to learn from; read once.</param>
    /// <returns>The trained transformer.</returns>
    /// <exception cref="ArgumentException">A column is not there, or holds no pictures or masks; or a block or <see
    /// cref="DiffusionImageOptions.Pretrained"/> is not there.</exception>
    /// <exception cref="InvalidDataException">There are no rows, no pixel has a class, pictures differ in size, a mask has a label that
    /// is none, or the file of weights does not fit.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    public DiffusionSegmentationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column image = SegmentationLayout.Find(input.Schema, _layout.Image);
        DataViewSchema.Column mask = SegmentationLayout.Find(input.Schema, _maskColumn);
        MaskReader.Check(mask);
        var form = PictureForm.Find(image, _options.Hints);
        ulong seed = _options.SeedFor(_host);
        using IChannel channel = _host.Start("Training");
        using var cancellation = new Cancellation(_host, _options.CancellationToken);
        var pictures = new TrainingPictures(input, image, mask, form, _options.IgnoreLabel, cancellation.Token);
        string[] names = ClassNames(pictures, mask);
        channel.Info(
            MessageSensitivity.None, "Training on {0} pictures of {1} x {2} pixels, of which {3} have a mask, and {4} classes.",
            pictures.Items.Count, pictures.Form.Height, pictures.Form.Width, pictures.Labelled, names.Length);
        var segmenter = TiledSegmenter.Train(
            pictures.Items, names.Length, _options.TileSize,
            _options.Apply(_options.MethodSettings, pictures.Form, seed, _host, channel), new TrainingLog(channel, _options.Progress),
            cancellation.Token);
        return new DiffusionSegmentationTransformer(_layout, pictures.Form, names, segmenter);
    }

    /// <summary>The columns that a view will have after <see cref="Fit"/>, if it has those of <paramref name="inputSchema"/>
    /// before.</summary>
    /// <param name="inputSchema">The columns before.</param>
    /// <exception cref="ArgumentException">A column is not there, or holds no masks.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var columns = inputSchema.ToDictionary(column => column.Name, StringComparer.Ordinal);
        foreach (string name in new[] { _layout.Image, _maskColumn })
        {
            if (!columns.ContainsKey(name))
                throw ColumnRefusal.Unknown(name, columns.Keys);
        }

        MaskReader.Check(columns[_maskColumn]);
        foreach (SegmentationColumn column in _layout.Added)
            columns[_layout.NameOf(column)] = _layout.Promised(column);
        return new SchemaShape(columns.Values);
    }

    /// <summary>The names of the classes, as options, the keys of masks or labels say.</summary>
    private string[] ClassNames(TrainingPictures pictures, DataViewSchema.Column mask)
    {
        int largest = pictures.LargestLabel ?? throw new InvalidDataException(
            $"No pixel has a class in column '{mask.Name}', so there is nothing to learn from: at least one row needs a mask.");
        string[]? keys = MaskReader.ClassNames(mask);
        if (keys is not null && _options.NamedClasses is { } named && named != keys.Length)
            throw ColumnRefusal.Of($"Column '{mask.Name}' has {keys.Length} keys, and the options name {named} classes.");
        int count = _options.NamedClasses ?? keys?.Length ?? Math.Max(2, largest + 1);
        if (largest >= count)
        {
            throw new InvalidDataException(
                $"A mask in column '{mask.Name}' has a pixel of class {largest}, and there are {count} classes, " +
                "from 0: set ClassCount, or IgnoreLabel if this label means that the class is not known.");
        }

        return _options.ClassNames ?? keys ?? MaskReader.Numbered(count);
    }
}
