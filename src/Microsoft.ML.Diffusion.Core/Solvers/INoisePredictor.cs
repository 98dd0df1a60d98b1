namespace Microsoft.ML.Diffusion.Core.Solvers;

/// <summary>A network that tells the noise in rows of numbers. One call of <see cref="Predict"/> is what samplers are compared
/// by.</summary>
public interface INoisePredictor
{
    /// <summary>The numbers of a row.</summary>
    int Width { get; }

    /// <summary>Predicts.</summary>
    /// <param name="states">x_t, row after row; a row's answer does not depend on the rows around it.</param>
    /// <param name="level">t, 1..T.</param>
    /// <param name="epsilon">Receives the noise in every number, in the same order.</param>
    void Predict(ReadOnlySpan<float> states, int level, Span<float> epsilon);
}
