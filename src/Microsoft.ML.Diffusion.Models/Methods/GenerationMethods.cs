using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Models.Methods.MissDiff;
using Microsoft.ML.Diffusion.Models.Methods.PrivateMarginals;
using Microsoft.ML.Diffusion.Models.Methods.Smote;
using Microsoft.ML.Diffusion.Models.Methods.Stasy;
using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;

namespace Microsoft.ML.Diffusion.Models.Methods;

/// <summary>All methods that make rows. The command line, model files and documentation take their names from here.</summary>
public static class GenerationMethods
{
    /// <summary>The methods; the first is the default.</summary>
    public static IReadOnlyList<GenerationMethod> All { get; } =
    [
        MaskedGeneration.Instance, TabDdpmGeneration.Instance, MissDiffGeneration.Instance, MedDiffGeneration.Instance,
        StasyGeneration.Instance, PrivateMarginalsGeneration.Instance, SmoteGeneration.Instance,
    ];

    /// <summary>The method of a name, in any case; null where there is none.</summary>
    /// <param name="name">The name, as in the command line.</param>
    public static GenerationMethod? Find(string name) =>
        All.FirstOrDefault(method => string.Equals(method.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads a model that <see cref="DiffusionGenerator.Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <exception cref="InvalidDataException">The data are no such model, are cut short or damaged, or were written by a newer
    /// version.</exception>
    public static DiffusionGenerator Load(BinaryReader reader) => DiffusionGenerator.Load(reader, Find);
}
