namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The engine in managed code: runs on the CPU, with no native file.</summary>
public sealed class ManagedEngine : TensorEngine
{
    /// <summary>Creates an engine.</summary>
    /// <param name="threads">How many threads a large operation may use; none for one per processor.</param>
    public ManagedEngine(int? threads = null)
        : this(new ManagedEngineOptions { Threads = threads })
    {
    }

    /// <summary>Creates an engine.</summary>
    public ManagedEngine(ManagedEngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Threads = options.Threads ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1, nameof(options));
        Vectors = VectorWidth.For(options.VectorWidth);
    }

    /// <summary>How many threads a large operation may use.</summary>
    public int Threads { get; }

    internal VectorWidth Vectors { get; }

    /// <inheritdoc/>
    public override Tape CreateTape(bool training) => new ManagedTape(this, training);

    /// <inheritdoc/>
    public override Optimizer CreateAdam(IEnumerable<Parameter> parameters, AdamOptions options) =>
        new ManagedAdam(this, parameters, options);

    /// <inheritdoc/>
    public override ExponentialMovingAverage CreateAverage(IEnumerable<Parameter> parameters, double decay) =>
        new ManagedAverage(this, parameters, decay);
}
