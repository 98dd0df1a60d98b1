using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.ChainedRidge;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.CsdiT;
using Microsoft.ML.Diffusion.Models.Methods.ExtraTrees;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;
using Microsoft.ML.Diffusion.Models.Methods.MissDiff;
using Microsoft.ML.Diffusion.Models.Methods.MissForest;
using Microsoft.ML.Diffusion.Models.Methods.NearestNeighbors;

namespace Microsoft.ML.Diffusion.Models.Methods;

/// <summary>All methods that fill missing cells. The command line, model files and documentation take their names from here.</summary>
public static class ImputationMethods
{
    /// <summary>The methods; the first is the default.</summary>
    public static IReadOnlyList<ImputationMethod> All { get; } =
    [
        ConditionalImputation.Instance,
        MissDiffImputation.Instance,
        CsdiTImputation.Instance,
        MissForestImputation.Instance,
        ExtraTreesImputation.Instance,
        GaussianImputation.Instance,
        ChainedRidgeImputation.Instance,
        NearestNeighborsImputation.Instance,
        MeanModeImputation.Instance,
    ];

    /// <summary>The method of a name, in any case; null where there is none.</summary>
    /// <param name="name">The name, as in the command line.</param>
    public static ImputationMethod? Find(string name) =>
        All.FirstOrDefault(method => string.Equals(method.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads an imputer that <see cref="TableImputer.Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <exception cref="InvalidDataException">The data are no such imputer, are cut short or damaged, or were written by another
    /// version.</exception>
    public static TableImputer Load(BinaryReader reader) => TableImputer.Load(reader, Find);
}
