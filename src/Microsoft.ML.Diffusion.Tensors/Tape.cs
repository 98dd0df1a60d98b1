namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Records one step of computation as it runs, and runs it backwards for the gradients.</summary>
/// <remarks>
/// <para>
/// Call <see cref="Reset"/> between steps: it takes back every tensor of the last step, so that a step of the same sizes
/// allocates nothing. A tape belongs to one thread at a time.
/// </para>
/// <para>Every operation treats a tensor as a matrix of <see cref="Tensor.Rows"/> by <see cref="Tensor.Columns"/>.</para>
/// </remarks>
public abstract partial class Tape : IDisposable
{
    /// <summary>Whether the tape records gradients, and drops out.</summary>
    public abstract bool Training { get; }

    /// <summary>Takes back every tensor of the last step; they must not be used any more.</summary>
    public abstract void Reset();

    /// <summary>A tensor whose <see cref="Tensor.Data"/> the caller fills; its first content is undefined.</summary>
    /// <param name="shape">The extents.</param>
    /// <param name="requiresGradient">Whether its gradient is wanted (classifier guidance, tests).</param>
    public abstract Tensor Input(Shape shape, bool requiresGradient = false);

    /// <summary>A parameter as a tensor, such as a learned position or token.</summary>
    public abstract Tensor Use(Parameter parameter);

    /// <summary>
    /// Adds the gradient of a loss to <see cref="Parameter.Gradient"/> of every parameter it depends on, and to
    /// <see cref="Tensor.Gradient"/> of every input that asked for it. Once for each recorded step.
    /// </summary>
    /// <param name="loss">A tensor of one element.</param>
    /// <exception cref="InvalidOperationException">The tape is not for training, or the loss depends on no parameter or input.</exception>
    public abstract void Backward(Tensor loss);

    /// <summary>Whether a step may run backwards from a loss.</summary>
    private protected static void CheckBackward(Tensor loss, bool training, bool ranBackward)
    {
        if (!training || !loss.RequiresGradient)
            throw new InvalidOperationException(
                "The loss has no gradient: the tape must be for training, " +
                "and the loss depend on a parameter or an input that requires one.");
        if (loss.Shape.Count != 1)
            throw new ArgumentException($"The loss must be one element, and is {loss.Shape}.", nameof(loss));
        if (ranBackward)
            throw new InvalidOperationException("This step has run backwards already; reset the tape first.");
    }

    /// <summary>Releases the tape's memory.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the tape's memory.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
