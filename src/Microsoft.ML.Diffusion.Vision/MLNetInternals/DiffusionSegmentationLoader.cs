using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Vision.MLNetInternals;
using Microsoft.ML.Diffusion.Vision.Segmentation;
using Microsoft.ML.Runtime;

[assembly: IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Data")]

// ML.NET finds this by the assembly's name in the model file, so that ml.Model.Load needs no registration.
[assembly: LoadableClass(
    "Tells the class of every pixel of pictures.",
    typeof(DiffusionSegmentationTransformer),
    typeof(DiffusionSegmentationLoader),
    null,
    typeof(SignatureLoadModel),
    "Segmentation of pictures",
    DiffusionSegmentationLoader.Name)]

namespace Microsoft.ML.Diffusion.Vision.MLNetInternals;

/// <summary>Reads a <see cref="DiffusionSegmentationTransformer"/> from a model file.</summary>
internal static class DiffusionSegmentationLoader
{
    public const string Name = "DiffusionSegment";

    public static readonly ComponentFile File = new("a DiffusionSegmentation transformer", "DIFFSEGM", Name, Version: 1)
    {
        Assembly = typeof(DiffusionSegmentationLoader).Assembly,
    };

    // Called by ML.NET by this name.
    private static DiffusionSegmentationTransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        ArgumentNullException.ThrowIfNull(environment);
        Func<PixelSegmenter, DiffusionSegmentationTransformer> withModel = File.Load(context, DiffusionSegmentationTransformer.Load);
        return withModel(File.LoadStream(context, DiffusionSegmentationTransformer.ModelStream, PixelSegmenter.Load));
    }
}
