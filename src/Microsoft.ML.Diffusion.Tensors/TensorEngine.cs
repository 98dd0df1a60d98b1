namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A place where tensors live and are computed.</summary>
/// <remarks>
/// An engine may be shared by any number of threads; a <see cref="Tape"/> or an <see cref="Optimizer"/> belongs to one thread at
/// a time. Several tapes may read one set of parameters at once, as long as nobody changes them meanwhile.
/// </remarks>
public abstract class TensorEngine : IDisposable
{
    /// <summary>Creates a tape.</summary>
    /// <param name="training">
    /// Whether the tape records what <see cref="Tape.Backward"/> needs, and drops out. A tape for inference does neither.
    /// </param>
    public abstract Tape CreateTape(bool training);

    /// <summary>Creates an Adam or AdamW optimizer over some parameters.</summary>
    public abstract Optimizer CreateAdam(IEnumerable<Parameter> parameters, AdamOptions options);

    /// <summary>Creates a moving average of some parameters, equal to them at first.</summary>
    /// <param name="parameters">What to average.</param>
    /// <param name="decay">The share of the old average that each update keeps, 0 to 1; 0.999 is usual.</param>
    public abstract ExponentialMovingAverage CreateAverage(IEnumerable<Parameter> parameters, double decay);

    /// <summary>Releases what the engine holds.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the engine holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
