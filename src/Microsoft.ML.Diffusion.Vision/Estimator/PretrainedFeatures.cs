using System.IO.Compression;
using Microsoft.ML.Diffusion.Tables;
using Microsoft.ML.Diffusion.Vision.Diffusion;
using Microsoft.ML.Diffusion.Vision.Network;
using Microsoft.ML.Diffusion.Vision.Segmentation;
using Microsoft.ML.Diffusion.Vision.Views;

namespace Microsoft.ML.Diffusion;

/// <summary>Reads a denoising network that was trained before.</summary>
internal static class PretrainedFeatures
{
    // Published networks are trained on pictures of this size.
    private const int PublishedSize = 256;

    private const string CheckpointEntry = "data.pkl";

    /// <summary>Reads it.</summary>
    /// <param name="path">A model of ours, or weights as safetensors or of PyTorch.</param>
    /// <param name="form">The pictures that it is to look at.</param>
    /// <param name="options">What to take from it.</param>
    /// <param name="seed">Where the noise comes from, for weights, which have none.</param>
    /// <exception cref="ArgumentException">The file is not there, or has no such block.</exception>
    /// <exception cref="InvalidDataException">It does not fit the pictures, is of something else, or is damaged.</exception>
    public static DiffusionFeatures Read(string path, PictureForm form, DiffusionImageOptions options, ulong seed)
    {
        if (!File.Exists(path))
            throw ColumnRefusal.Of($"The option Pretrained is {path}, and there is no such file.");
        DiffusionFeatures features = HasZip(path) && !IsCheckpoint(path)
            ? OfModel(path).With(options.Steps, options.Blocks)
            : OfWeights(path, form, options, seed);
        int channels = features.Network.Settings.Channels;
        return channels == form.Channels ? features : throw new InvalidDataException(
            $"The network of {path} is for pictures of {channels} channels, and these have {form.Channels}.");
    }

    private static DiffusionFeatures OfModel(string path)
    {
        ITransformer model = new MLContext().Model.Load(path, out _);
        IEnumerable<ITransformer> stages = model is IEnumerable<ITransformer> several ? several : [model];
        foreach (ITransformer stage in stages)
        {
            if (stage is DiffusionImageFeaturesTransformer features)
                return features.Model;
            if (stage is DiffusionSegmentationTransformer segmentation)
                return segmentation.Features;
        }

        throw new InvalidDataException(
            $"{path} is a model of something else; one of DiffusionImageFeatures or DiffusionSegmentation was expected.");
    }

    private static DiffusionFeatures OfWeights(string path, PictureForm form, DiffusionImageOptions options, ulong seed)
    {
        IReadOnlyDictionary<string, NamedTensor> weights = ReadWeights(path);
        string prefix = UNetShape.PrefixOf(weights);
        int size = options.TileSize ?? PictureTiles.SizeFor(form.Height, form.Width, PublishedSize);
        UNetSettings settings = UNetShape.Of(weights, prefix, size);
        IReadOnlyList<int> steps = options.Steps ?? new SegmentationOptions().Steps;
        IReadOnlyList<int> blocks = options.Blocks ?? DiffusionFeatures.DefaultBlocks(settings.DecoderBlocks);
        DiffusionFeatures.Check(steps, blocks, settings);
        var network = new DenoisingUNet(settings, default);
        UNetWeights.Load(network, weights, prefix);
        return new DiffusionFeatures(network, steps, blocks, DiffusionFeatures.NoiseOf(settings, seed));
    }

    private static IReadOnlyDictionary<string, NamedTensor> ReadWeights(string path)
    {
        if (!HasZip(path))
            return SafeTensors.Read(File.ReadAllBytes(path));
        using FileStream file = File.OpenRead(path);
        return TorchCheckpoint.Read(file);
    }

    private static bool HasZip(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> first = stackalloc byte[2];
        return file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == first.Length && first.SequenceEqual("PK"u8);
    }

    private static bool IsCheckpoint(string path)
    {
        using ZipArchive zip = ZipFile.OpenRead(path);
        return zip.Entries.Any(entry => entry.Name == CheckpointEntry);
    }
}
