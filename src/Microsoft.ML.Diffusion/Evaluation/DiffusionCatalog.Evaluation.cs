using Microsoft.ML.Diffusion;

namespace Microsoft.ML;

public static partial class DiffusionCatalog
{
    /// <summary>What can be done with synthetic rows beside making them: find out what they are worth.</summary>
    /// <param name="ml">The context; its seed decides which rows are sampled.</param>
    public static DiffusionOperations Diffusion(this MLContext ml)
    {
        ArgumentNullException.ThrowIfNull(ml);
        return new(ml);
    }
}
