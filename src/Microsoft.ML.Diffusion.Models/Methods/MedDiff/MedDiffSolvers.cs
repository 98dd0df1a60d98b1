using Microsoft.ML.Diffusion.Core.Solvers;
using Microsoft.ML.Diffusion.Models.Generation;

namespace Microsoft.ML.Diffusion.Models.Methods.MedDiff;

/// <summary>Other ways from noise to rows with the networks of a MedDiff that is trained.</summary>
public static class MedDiffSolvers
{
    /// <summary>The same networks with another way from noise to rows; for comparing errors at equal calls of the network.</summary>
    /// <param name="generator">A generator of MedDiff.</param>
    /// <param name="solver">The solver.</param>
    /// <param name="steps">Its steps, 1 to the number of noise levels.</param>
    /// <param name="memory">Anderson acceleration's k, 0 or more.</param>
    /// <param name="limit">How far Anderson acceleration may move the end of a step, in lengths of the step; 0 or more.</param>
    /// <exception cref="InvalidOperationException">The generator is of another method, or its noise schedule does not go with the
    /// solver.</exception>
    public static DiffusionGenerator WithSolver(
        this DiffusionGenerator generator, DiffusionSolver solver, int steps, int memory = 3, double limit = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(generator);
        if (generator.Sampler is not MedDiffSampler sampler)
            throw new InvalidOperationException("Only MedDiff has a choice of solvers.");
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(memory);
        if (!(limit >= 0))
            throw new ArgumentOutOfRangeException(nameof(limit), limit, "The limit must be 0 or more.");
        return generator.With(sampler.With(solver, steps, memory, limit));
    }
}
