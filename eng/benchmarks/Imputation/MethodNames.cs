using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.CsdiT;
using Microsoft.ML.Diffusion.Models.Methods.MissDiff;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Methods by the names of the results' tables.</summary>
internal static class MethodNames
{
    private static readonly Dictionary<string, string> s_short = new(StringComparer.Ordinal)
    {
        ["default"] = "conditional",
        ["trees"] = "extra-trees",
        ["forest"] = "missforest",
        ["knn"] = "nearest-neighbors",
    };

    /// <summary>New options of a method.</summary>
    /// <exception cref="InvalidDataException">There is no such method.</exception>
    public static ImputerOptions Options(string method) => method switch
    {
        "paper" => MissDiffOptions.Paper(),
        "csdit" => CsdiTOptions.Paper(),
        _ => ImputationMethods.Find(s_short.GetValueOrDefault(method, method))?.NewOptions()
            ?? throw new InvalidDataException($"There is no method '{method}'; there are paper, {string.Join(", ", Names())}."),
    };

    private static IEnumerable<string> Names() => ImputationMethods.All.Select(method => method.Name).Concat(s_short.Keys);
}
