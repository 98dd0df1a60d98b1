using Microsoft.ML.Diffusion.Evaluation;

namespace Microsoft.ML;

/// <summary>What an <see cref="MLContext"/> gains from the package Microsoft.ML.Diffusion.Evaluation.</summary>
public static class DiffusionEvaluationCatalog
{
    /// <summary>Finds out what synthetic rows are worth.</summary>
    /// <param name="ml">The context; its seed decides which rows are sampled.</param>
    public static DiffusionOperations Diffusion(this MLContext ml)
    {
        ArgumentNullException.ThrowIfNull(ml);
        return new(ml);
    }
}
