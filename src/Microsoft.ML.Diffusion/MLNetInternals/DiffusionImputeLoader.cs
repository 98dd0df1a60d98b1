using Microsoft.ML;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Relations;
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

    public static readonly ComponentFile File = new("a DiffusionImpute transformer", "DIFFIMPU", Name, Version: 4);

    // Called by ML.NET by this name.
    private static DiffusionImputeTransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        ArgumentNullException.ThrowIfNull(environment);
        DiffusionImputeTransformer.Settings settings = File.Load(context, DiffusionImputeTransformer.Settings.Read);
        TableImputer model = File.LoadStream(context, DiffusionImputeTransformer.ModelStream, ImputationMethods.Load);
        // Models of tables whose relations were not looked for have none.
        RelationSet? relations = File.TryLoadStream(
            context, DiffusionImputeTransformer.RelationStream, reader => RelationSet.Load(reader, model.Columns));
        return DiffusionImputeTransformer.Load(settings, model, relations);
    }
}
