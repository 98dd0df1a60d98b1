using Microsoft.ML.Diffusion.Models.Imputation;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>What is trained for <see cref="DiffusionMethod.Conditional"/>.</summary>
/// <param name="Members">The members of the blend.</param>
/// <param name="Guessing">The networks of the member <see cref="ImputationMembers.Denoisers"/>.</param>
/// <param name="Drawing">The network that draws.</param>
/// <param name="ValidationShare">The share of observed cells held back to choose weights.</param>
internal sealed record ConditionalPlan(
    ImputationMembers Members, ConditionalSettings[] Guessing, ConditionalSettings Drawing, double ValidationShare);
