namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Memory of each thread for what a chunk of a kernel needs while it runs: the same for every chunk, so that it stays in the
/// cache.</summary>
internal static unsafe class WorkerScratch
{
    [ThreadStatic]
    private static AlignedBuffer? s_buffer;

    /// <summary>Room for some floats until the thread's next call. It grows and is kept.</summary>
    internal static float* Take(int length)
    {
        AlignedBuffer? buffer = s_buffer;
        if (buffer is null || buffer.Length < length)
            s_buffer = buffer = new AlignedBuffer(length);
        return buffer.Pointer;
    }
}
