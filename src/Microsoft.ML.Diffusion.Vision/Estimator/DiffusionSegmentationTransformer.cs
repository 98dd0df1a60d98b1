using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Tables;
using Microsoft.ML.Diffusion.Vision.Diffusion;
using Microsoft.ML.Diffusion.Vision.MLNetInternals;
using Microsoft.ML.Diffusion.Vision.Pictures;
using Microsoft.ML.Diffusion.Vision.Segmentation;
using Microsoft.ML.Diffusion.Vision.Views;

namespace Microsoft.ML.Diffusion;

/// <summary>Tells the class of every pixel of pictures, as a <see cref="DiffusionSegmentationEstimator"/> learned it.</summary>
/// <remarks>Immutable, and safe to use from several threads. A picture is looked at when a cursor first asks for its answer. Where an image
/// is null, keys are 0 (missing) and numbers are NaN.</remarks>
public sealed class DiffusionSegmentationTransformer : ITransformer
{
    internal const string ModelStream = "SegmentationModel";

    private readonly SegmentationLayout _layout;
    private readonly PictureForm _form;
    private readonly string[] _classNames;
    private readonly TiledSegmenter _segmenter;

    internal DiffusionSegmentationTransformer(
        SegmentationLayout layout, PictureForm form, string[] classNames, TiledSegmenter segmenter) =>
        (_layout, _form, _classNames, _segmenter) = (layout, form, classNames, segmenter);

    /// <summary>The names of the classes, from class 0.</summary>
    public IReadOnlyList<string> ClassNames => _classNames;

    /// <summary>The column of pictures.</summary>
    public string ImageColumn => _layout.Image;

    /// <summary>The column of predicted masks.</summary>
    public string OutputColumn => _layout.Output;

    /// <summary>Lines of the pictures.</summary>
    public int Height => _form.Height;

    /// <summary>Pixels of a line of the pictures.</summary>
    public int Width => _form.Width;

    /// <summary>The denoising network with what is taken from it.</summary>
    internal DiffusionFeatures Features => _segmenter.Segmenter.Diffusion;

    /// <summary>Channels of the pictures, 1 or 3.</summary>
    internal int Channels => _form.Channels;

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
        SegmentationMapper mapper = Mapper(input.Schema);
        return new MappedView(input, mapper, (row, needed) => new PictureColumns(mapper, row, needed));
    }

    /// <summary>Tells the classes of a picture of any size, with as many channels as <see cref="Channels"/>.</summary>
    internal SegmentedPicture Segment(Picture picture) => picture.Height == Height && picture.Width == Width
        ? _segmenter.Segment(picture)
        : new TiledSegmenter(_segmenter.Segmenter, picture.Height, picture.Width).Segment(picture);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        DiffusionSegmentationLoader.File.Save(ctx, writer =>
        {
            _layout.Write(writer);
            _form.Write(writer);
            writer.Write(_classNames.Length);
            foreach (string name in _classNames)
                writer.Write(name);
        });
        ComponentFile.SaveStream(ctx, ModelStream, _segmenter.Segmenter.Save);
    }

    /// <summary>Reads all but the model.</summary>
    internal static Func<PixelSegmenter, DiffusionSegmentationTransformer> Load(BinaryReader reader)
    {
        var layout = SegmentationLayout.ReadFrom(reader);
        var form = PictureForm.ReadFrom(reader);
        string[] names = FileItems.ReadItems(reader, "names of classes", static reader => reader.ReadString());
        return segmenter =>
        {
            if (segmenter.Classes != names.Length)
                throw FileItems.Damaged($"the model has {segmenter.Classes} classes and {names.Length} names of them");
            if (segmenter.Network.Channels != form.Channels)
                throw FileItems.Damaged($"the model has {segmenter.Network.Channels} channels and its pictures {form.Channels}");
            return new DiffusionSegmentationTransformer(layout, form, names, new TiledSegmenter(segmenter, form.Height, form.Width));
        };
    }

    private SegmentationMapper Mapper(DataViewSchema schema) => new(_layout, _form, _classNames, _segmenter, schema);
}
