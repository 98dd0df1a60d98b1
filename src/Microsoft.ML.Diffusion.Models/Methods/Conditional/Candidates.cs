using Microsoft.ML.Diffusion.Models.Methods.Trees;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>What a <see cref="MemberTrainer"/> fits.</summary>
/// <param name="Members">The members of the blend, without the denoisers.</param>
/// <param name="Networks">The networks of the denoisers.</param>
/// <param name="Drawing">The network that draws, if it is to be trained.</param>
internal sealed record Candidates(ImputationMembers Members, ConditionalSettings[] Networks, ConditionalSettings? Drawing = null)
{
    /// <inheritdoc cref="TreeSettings.MostSteps"/>
    public double TreeSteps { get; init; } = TreeSettings.UsualSteps;

    /// <inheritdoc cref="TreeSettings.Choices"/>
    public IReadOnlyList<TreeChoice?> TreeChoices { get; init; } = [];

    /// <summary>The steps of all networks.</summary>
    public int Steps => Networks.Sum(network => network.StopAfter) + (Drawing?.StopAfter ?? 0);
}
