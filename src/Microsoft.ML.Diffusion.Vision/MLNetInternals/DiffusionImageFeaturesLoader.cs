using Microsoft.ML;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Vision.Diffusion;
using Microsoft.ML.Diffusion.Vision.MLNetInternals;
using Microsoft.ML.Runtime;

// ML.NET finds this by the assembly's name in the model file, so that ml.Model.Load needs no registration.
[assembly: LoadableClass(
    "Tells what a denoising network makes of pictures.",
    typeof(DiffusionImageFeaturesTransformer),
    typeof(DiffusionImageFeaturesLoader),
    null,
    typeof(SignatureLoadModel),
    "Features of pictures",
    DiffusionImageFeaturesLoader.Name)]

namespace Microsoft.ML.Diffusion.Vision.MLNetInternals;

/// <summary>Reads a <see cref="DiffusionImageFeaturesTransformer"/> from a model file.</summary>
internal static class DiffusionImageFeaturesLoader
{
    public const string Name = "DiffusionFeatures";

    public static readonly ComponentFile File = new("a DiffusionImageFeatures transformer", "DIFFFEAT", Name, Version: 1)
    {
        Assembly = typeof(DiffusionImageFeaturesLoader).Assembly,
    };

    // Called by ML.NET by this name.
    private static DiffusionImageFeaturesTransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        ArgumentNullException.ThrowIfNull(environment);
        Func<DiffusionFeatures, DiffusionImageFeaturesTransformer> withModel = File.Load(context, DiffusionImageFeaturesTransformer.Load);
        return withModel(File.LoadStream(
            context, DiffusionImageFeaturesTransformer.ModelStream, reader => ModelFrame.Load(reader, DiffusionFeatures.Load)));
    }
}
