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

    /// <summary>Takes given slopes back: those of a weighted squared error are twice the weight times a distance of one half.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">A tensor.</param>
    /// <param name="slopes">The slope of the loss by each of its elements.</param>
    protected static void Backward(Tape tape, Tensor x, ReadOnlySpan<float> slopes)
    {
        Tensor shifted = tape.Input(x.Shape), weights = tape.Input(x.Shape);
        ReadOnlySpan<float> own = x.Data;
        Span<float> to = shifted.Data;
        for (int i = 0; i < own.Length; i++)
            to[i] = own[i] - 0.5f;
        slopes.CopyTo(weights.Data);
        tape.Backward(tape.MaskedSquaredError(x, shifted, weights, LossReduction.Sum));
    }
}
