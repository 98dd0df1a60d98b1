namespace Microsoft.ML.Diffusion.Core.Solvers;

/// <summary>A way from noise to rows of numbers. Keeps memory between calls and allocates nothing once warm, so it belongs to one thread
/// at a
/// time.</summary>
public abstract class Solver
{
    private protected Solver()
    {
    }

    /// <summary>How often a network is called for a batch of rows.</summary>
    public abstract int Calls { get; }

    /// <summary>Replaces noise by rows.</summary>
    /// <param name="network">Tells the noise.</param>
    /// <param name="states">x_T, row after row, standard normal; receives x_0.</param>
    /// <param name="seed">Seed of the noise that is added on the way, where any is.</param>
    /// <param name="firstId">The id of the first row; the others follow.</param>
    /// <param name="cancel">Looked at before every call of the network.</param>
    public abstract void Sample(INoisePredictor network, Span<float> states, ulong seed = 0, ulong firstId = 0, CancellationToken cancel = default);

    private protected static void Grow(ref float[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new float[length];
    }

    private protected static void RefuseHalfRows(INoisePredictor network, int length)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (network.Width < 1 || length % network.Width != 0)
            throw new ArgumentException($"{length} numbers are not whole rows of {network.Width}.", nameof(length));
    }
}
