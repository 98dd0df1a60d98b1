using Microsoft.ML;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    "Adds synthetic rows while a chain is trained, and nothing afterwards.",
    typeof(DiffusionAugmentTransformer),
    typeof(DiffusionAugmentLoader),
    null,
    typeof(SignatureLoadModel),
    "Diffusion augmentation",
    DiffusionAugmentLoader.Name)]

namespace Microsoft.ML.Diffusion.MLNetInternals;

/// <summary>Reads a <see cref="DiffusionAugmentTransformer"/> from a model file.</summary>
internal static class DiffusionAugmentLoader
{
    public const string Name = "DiffusionAugment";

    public static readonly ComponentFile File = new("a DiffusionAugment transformer", "DIFFAUGM", Name, Version: 1);

    // Called by ML.NET by this name.
    private static DiffusionAugmentTransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return File.Load(context, DiffusionAugmentTransformer.Load);
    }
}
