using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Tables;
using Microsoft.ML.Diffusion.Vision.Diffusion;
using Microsoft.ML.Diffusion.Vision.MLNetInternals;
using Microsoft.ML.Diffusion.Vision.Segmentation;
using Microsoft.ML.Diffusion.Vision.Views;

namespace Microsoft.ML.Diffusion;

/// <summary>Tells what a denoising network, which a <see cref="DiffusionImageFeaturesEstimator"/> trained, makes of every pixel of
/// pictures.</summary>
/// <remarks>Immutable, and safe to use from several threads. A picture is looked at when a cursor first asks for its features. Where an
/// image is null, they are NaN.</remarks>
public sealed class DiffusionImageFeaturesTransformer : ITransformer
{
    internal const string ModelStream = "ImageFeaturesModel";

    private readonly ImageFeaturesLayout _layout;
    private readonly PictureForm _form;
    private readonly TiledFeatures _features;

    internal DiffusionImageFeaturesTransformer(ImageFeaturesLayout layout, PictureForm form, TiledFeatures features) =>
        (_layout, _form, _features) = (layout, form, features);

    /// <summary>The column of pictures.</summary>
    public string ImageColumn => _layout.Image;

    /// <summary>The column of features.</summary>
    public string OutputColumn => _layout.Output;

    /// <summary>Lines of the pictures.</summary>
    public int Height => _form.Height;

    /// <summary>Pixels of a line of the pictures.</summary>
    public int Width => _form.Width;

    /// <summary>Features of a pixel, or of a picture where they are averaged.</summary>
    public int FeatureCount => _features.Count;

    /// <summary>The network with what is taken from it.</summary>
    internal DiffusionFeatures Model => _features.Features;

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column of pictures is not there, or is not of the form that was learned from.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Mapper(inputSchema).OutputSchema;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column of pictures is not there, or is not of the form that was learned from.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => Mapper(inputSchema);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column of pictures is not there, or is not of the form that was learned from.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ImageFeaturesMapper mapper = Mapper(input.Schema);
        return new MappedView(input, mapper, (row, needed) => new PictureColumns(mapper, row, needed));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        DiffusionImageFeaturesLoader.File.Save(ctx, writer =>
        {
            _layout.Write(writer);
            _form.Write(writer);
        });
        ComponentFile.SaveStream(ctx, ModelStream, writer => ModelFrame.Write(writer, Model.Save));
    }

    /// <summary>Reads all but the model.</summary>
    internal static Func<DiffusionFeatures, DiffusionImageFeaturesTransformer> Load(BinaryReader reader)
    {
        var layout = ImageFeaturesLayout.ReadFrom(reader);
        var form = PictureForm.ReadFrom(reader);
        return features =>
        {
            int channels = features.Network.Settings.Channels;
            if (channels != form.Channels)
                throw FileItems.Damaged($"the model has {channels} channels and its pictures {form.Channels}");
            if (!layout.Holds(form, features.Count))
                throw FileItems.Damaged($"its pictures of {form.Height} x {form.Width} pixels have too many features");
            return new DiffusionImageFeaturesTransformer(layout, form, new TiledFeatures(features, form.Height, form.Width));
        };
    }

    private ImageFeaturesMapper Mapper(DataViewSchema schema) => new(_layout, _form, _features, schema);
}
