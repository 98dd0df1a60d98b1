using Microsoft.ML;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Runtime;

// ML.NET finds this by the assembly's name in the model file, so that ml.Model.Load needs no registration.
[assembly: LoadableClass(
    "Fills in missing values with a diffusion model.",
    typeof(DiffusionImputeTransformer),
    typeof(DiffusionImputeLoader),
    null,
    typeof(SignatureLoadModel),
    "Diffusion imputation",
    DiffusionImputeLoader.Name)]

namespace Microsoft.ML.Diffusion.MLNetInternals;

/// <summary>Reads a <see cref="DiffusionImputeTransformer"/> from a model file.</summary>
internal static class DiffusionImputeLoader
{
    public const string Name = "DiffusionImpute";

    public static readonly ComponentFile File = new("a DiffusionImpute transformer", "DIFFIMPU", Name, Version: 1);

    // Called by ML.NET by this name.
    private static DiffusionImputeTransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return DiffusionImputeTransformer.Load(
            File.Load(context, DiffusionImputeTransformer.Settings.Read),
            File.LoadStream(context, DiffusionImputeTransformer.ModelStream, ImputationMethods.Load));
    }
}
