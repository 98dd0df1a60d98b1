using Microsoft.ML;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Relations;
using Microsoft.ML.Diffusion.Tables;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    "Makes synthetic rows with a diffusion model.",
    typeof(DiffusionSynthesizeTransformer),
    typeof(DiffusionSynthesizeLoader),
    null,
    typeof(SignatureLoadModel),
    "Diffusion synthesis",
    DiffusionSynthesizeLoader.Name)]

namespace Microsoft.ML.Diffusion.MLNetInternals;

/// <summary>Reads a <see cref="DiffusionSynthesizeTransformer"/> from a model file.</summary>
internal static class DiffusionSynthesizeLoader
{
    public const string Name = "DiffusionSynth";

    public static readonly ComponentFile File = new("a DiffusionSynthesize transformer", "DIFFSYNT", Name, Version: 3);

    // Called by ML.NET by this name.
    private static DiffusionSynthesizeTransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        ArgumentNullException.ThrowIfNull(environment);
        Func<DiffusionGenerator, RelationSet?, Action<string>, DiffusionSynthesizeTransformer> withModel = File.Load(context,
            DiffusionSynthesizeTransformer.Load);
        DiffusionGenerator model = File.LoadStream(context, DiffusionSynthesizeTransformer.ModelStream, GenerationMethods.Load);
        // Models that were saved before relations were found have none.
        RelationSet? relations = File.TryLoadStream(
            context, DiffusionSynthesizeTransformer.RelationStream, reader => RelationSet.Load(reader, model.Columns));
        return withModel(model, relations, warning => ChannelLog.Warn(environment.Register(Name), warning));
    }
}
