using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Networks;

/// <summary>A network that fills windows of series: some steps of all variables at a time.</summary>
/// <param name="variables">The number of variables.</param>
/// <param name="steps">Steps of a window.</param>
internal abstract class WindowNetwork(int variables, int steps) : Module
{
    /// <summary>The number of variables.</summary>
    public int Variables { get; } = variables;

    /// <summary>Steps of a window.</summary>
    public int Steps { get; } = steps;

    /// <summary>Adds the gradient of the loss of a batch to the parameters.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="batch">The windows.</param>
    /// <param name="random">This step's random stream, for dropout.</param>
    /// <returns>The loss.</returns>
    public abstract double Gradient(Tape tape, WindowBatch batch, Philox random);

    /// <summary>What the network says of all values of windows.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="batch">The windows.</param>
    /// <param name="filled">Receives the values, as those of <see cref="WindowBatch.Values"/> lie.</param>
    public abstract void Fill(Tape tape, WindowBatch batch, Span<float> filled);

    /// <summary>Writes the sizes that the network is made with, its variables left out.</summary>
    public abstract void SaveSizes(BinaryWriter writer);
}
