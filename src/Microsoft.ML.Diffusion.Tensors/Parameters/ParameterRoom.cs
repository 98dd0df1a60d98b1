namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>How many elements the parameters may have that this thread makes while a network is read from a file.</summary>
internal sealed class ParameterRoom : IDisposable
{
    [ThreadStatic]
    private static ParameterRoom? s_open;

    private readonly ParameterRoom? _outer;
    private long _left;

    private ParameterRoom(long elements) => (_left, _outer) = (elements, s_open);

    /// <summary>Limits what this thread makes until the limit is disposed.</summary>
    /// <param name="elements">The most elements of all parameters together.</param>
    public static ParameterRoom Open(long elements) => s_open = new ParameterRoom(elements);

    /// <summary>Takes room for a parameter.</summary>
    /// <exception cref="InvalidDataException">There is a limit, and so much is not left.</exception>
    public static void Take(int elements)
    {
        if (s_open is not { } room)
            return;
        // One without elements takes room too, or a network of very many of them would cost memory all the same.
        room._left -= Math.Max(1, elements);
        if (room._left < 0)
            throw new InvalidDataException("The weights of the network are damaged: there are fewer than the network needs.");
    }

    public void Dispose() => s_open = _outer;
}
