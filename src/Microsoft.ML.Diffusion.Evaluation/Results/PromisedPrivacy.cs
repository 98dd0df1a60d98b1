using Microsoft.ML.Diffusion.Models.Privacy;

namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>The bound of differential privacy under which rows were made; see <see cref="PrivacyStatement"/>.</summary>
/// <param name="Method">The method that made them.</param>
/// <param name="Epsilon">The bound on the logarithm of how much more probable a row can make any result.</param>
/// <param name="Delta">The probability with which it may fail.</param>
/// <param name="HasKnownNoise">Whether the noise came from a seed, so that nothing is promised to whoever does not trust those that know
/// it.</param>
public sealed record PromisedPrivacy(string Method, double Epsilon, double Delta, bool HasKnownNoise)
{
    /// <summary>What a model promises; null for nothing.</summary>
    /// <param name="method">The name of its method.</param>
    /// <param name="statement">The model's.</param>
    public static PromisedPrivacy? Of(string method, PrivacyStatement? statement) => statement is null
        ? null
        : new PromisedPrivacy(method, statement.Budget.Epsilon, statement.Budget.Delta, statement.HasKnownNoise);
}
