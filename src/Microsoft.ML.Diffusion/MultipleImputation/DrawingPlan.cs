using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;

namespace Microsoft.ML.Diffusion;

/// <summary>What is trained where draws are all that is asked of a model and the options leave the choice.</summary>
internal static class DrawingPlan
{
    /// <summary>Sets what is null: the cheapest best guess, and nothing held back to weigh it, for draws do not use it.</summary>
    /// <param name="options">The options of a model.</param>
    public static void Complete(TabularDiffusionModel.Options options)
    {
        options.Members ??= ImputationMembers.Gaussian;
        options.ValidationShare ??= 0;
    }
}
