namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Makes the engines of an assembly that an app may carry beside the managed one.</summary>
public abstract class EngineProvider
{
    private static EngineProvider? s_registered;

    /// <summary>The provider that was registered last; null where none was.</summary>
    public static EngineProvider? Registered => Volatile.Read(ref s_registered);

    /// <summary>Makes a provider known.</summary>
    public static void Register(EngineProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        Volatile.Write(ref s_registered, provider);
    }

    /// <summary>What this process can compute on. Looks once, and throws nothing.</summary>
    public abstract EngineSupport Probe();

    /// <summary>Makes an engine.</summary>
    /// <param name="gpu">Which GPU, 0-based; null for the processor.</param>
    /// <param name="threads">How many threads an operation on the processor may use; null leaves that to the engine.</param>
    /// <exception cref="InvalidOperationException">There is no such GPU, or nothing can be computed on.</exception>
    public abstract TensorEngine Create(int? gpu, int? threads);
}
