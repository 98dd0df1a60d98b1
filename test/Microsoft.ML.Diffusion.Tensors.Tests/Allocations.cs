namespace Microsoft.ML.Diffusion.Tensors.Tests;

/// <summary>How much the current thread allocates.</summary>
internal static class Allocations
{
    /// <summary>Bytes that ten steps allocate once fifty have run.</summary>
    public static long OfWarm(Action step)
    {
        for (int i = 0; i < 50; i++)
            step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            step();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
