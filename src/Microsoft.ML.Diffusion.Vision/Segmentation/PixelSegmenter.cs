using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Vision.Diffusion;
using Microsoft.ML.Diffusion.Vision.Features;
using Microsoft.ML.Diffusion.Vision.Network;
using Microsoft.ML.Diffusion.Vision.Pictures;

namespace Microsoft.ML.Diffusion.Vision.Segmentation;

/// <summary>Tells the class of every pixel of a picture. Safe to use from many threads at once.</summary>
internal sealed class PixelSegmenter
{
    private const int MostExperts = 16;

    private readonly FilterFeatures? _filters;
    private readonly DiffusionFeatures _diffusion;
    private readonly PixelExpert[] _experts;

    internal PixelSegmenter(FilterFeatures? filters, DiffusionFeatures diffusion, PixelExpert[] experts, int classes) =>
        (_filters, _diffusion, _experts, Classes) = (filters, diffusion, experts, classes);

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>The sizes of the denoising network, and so of the pictures.</summary>
    public UNetSettings Network => _diffusion.Network.Settings;

    /// <summary>The denoising network with what is taken from it.</summary>
    public DiffusionFeatures Diffusion => _diffusion;

    /// <summary>The classifiers with their weights.</summary>
    public IReadOnlyList<PixelExpert> Experts => _experts;

    /// <summary>Trains.</summary>
    /// <param name="unlabelled">Pictures without masks, for the denoising network; all pictures have one size.</param>
    /// <param name="labelled">Pictures with masks; at least one.</param>
    /// <param name="classes">The number of classes, 2 to 255.</param>
    /// <param name="options">The method.</param>
    /// <param name="progress">Told of the steps; null for nobody.</param>
    /// <param name="cancel">Looked at in every step.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    /// <exception cref="ArgumentException">No pixel is labelled, a label is beyond the classes, or a picture is of another
    /// size.</exception>
    public static PixelSegmenter Train(
        IReadOnlyList<Picture> unlabelled, IReadOnlyList<LabelledPicture> labelled, int classes, SegmentationOptions options,
        IProgress<TrainingProgress>? progress, CancellationToken cancel) =>
        new SegmenterTraining(unlabelled, labelled, classes, options, progress, cancel).Run();

    /// <summary>Tells the classes of a picture of the size that was trained.</summary>
    /// <exception cref="ArgumentException">The picture is of another size.</exception>
    public SegmentedPicture Segment(Picture picture)
    {
        var answers = new (float[] Probabilities, float[] Uncertainty)[_experts.Length];
        IReadOnlyList<FeatureLayer> network = [], filters = [];
        // Who looks at filters alone answers while the network is still at work.
        ParallelLoop.Run(_filters is null ? 1 : 2, i =>
        {
            if (i == 0)
            {
                network = _diffusion.Layers(picture);
                return;
            }

            filters = _filters!.Layers(picture);
            Answer(filters, expert => expert.Features == _filters.Count);
        });
        Answer([.. filters, .. network], expert => expert.Features != _filters?.Count);
        float[] probabilities = new float[picture.Count * Classes], uncertainty = new float[picture.Count];
        for (int expert = 0; expert < answers.Length; expert++)
        {
            Add(_experts[expert].Weight, answers[expert].Probabilities, probabilities);
            Add(_experts[expert].Weight, answers[expert].Uncertainty, uncertainty);
        }

        return SegmentedPicture.Of(probabilities, uncertainty);

        void Answer(IReadOnlyList<FeatureLayer> layers, Func<PixelExpert, bool> which)
        {
            var features = new PictureFeatures(picture.Height, picture.Width, layers);
            for (int i = 0; i < _experts.Length; i++)
            {
                if (which(_experts[i]))
                    answers[i] = _experts[i].Answer(features);
            }
        }
    }

    /// <summary>Writes the segmenter.</summary>
    public void Save(BinaryWriter writer) => ModelFrame.Write(writer, content =>
    {
        content.Write(Classes);
        content.Write(_filters is not null);
        _filters?.Save(content);
        _diffusion.Save(content);
        content.Write(_experts.Length);
        foreach (PixelExpert expert in _experts)
            expert.Save(content);
    });

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The data are something else, cut short or damaged.</exception>
    public static PixelSegmenter Load(BinaryReader reader) => ModelFrame.Load(reader, content =>
    {
        int classes = content.ReadBetween(2, byte.MaxValue, "the number of classes");
        FilterFeatures? filters = content.ReadBoolean() ? FilterFeatures.Load(content) : null;
        var diffusion = DiffusionFeatures.Load(content);
        CheckedReading.Require(
            filters is null || filters.Count == new FilterFeatures(diffusion.Network.Settings.Channels).Count,
            "its filters are for pictures of other channels");
        int all = (filters?.Count ?? 0) + diffusion.Count, count = content.ReadBetween(1, MostExperts, "the number of classifiers");
        var experts = new List<PixelExpert>();
        for (int i = 0; i < count; i++)
            experts.Add(PixelExpert.Load(content, all, classes));
        return new PixelSegmenter(filters, diffusion, [.. experts], classes);
    });

    /// <summary>All features of each pixel, those of the filters first.</summary>
    internal static PictureFeatures FeaturesOf(
        Picture picture, FilterFeatures? filters, DiffusionFeatures diffusion, int? threads = null)
    {
        IPixelFeatures[] all = filters is null ? [diffusion] : [filters, diffusion];
        var layers = new IReadOnlyList<FeatureLayer>[all.Length];
        ParallelLoop.Run(all.Length, i => layers[i] = all[i].Layers(picture, threads), threads);
        return new PictureFeatures(picture.Height, picture.Width, [.. layers.SelectMany(own => own)]);
    }

    private static void Add(float weight, float[] some, float[] sum)
    {
        for (int i = 0; i < sum.Length; i++)
            sum[i] += weight * some[i];
    }
}
