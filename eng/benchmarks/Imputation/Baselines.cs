using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.ChainedRidge;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;
using Microsoft.ML.Diffusion.Models.Methods.NearestNeighbors;
using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Methods that are no diffusion models, by name.</summary>
internal static class Baselines
{
    /// <summary>Fits a baseline; null when the name is none.</summary>
    public static TableImputer? Fit(string method, Table table, ulong seed) => method switch
    {
        "mean" => new MeanModeImputer(table),
        "gaussian" => GaussianImputer.Fit(table, new() { Seed = seed }),
        "trees" => ExtraTreesImputer.Fit(table, new() { Seed = seed }),
        "forest" => ChainedForestImputer.Fit(table, new() { Seed = seed }),
        "knn" => NearestNeighborsImputer.Fit(table, new() { Seed = seed }),
        "ridge" => ChainedRidgeImputer.Fit(table, new() { Seed = seed }),
        _ => null,
    };
}
