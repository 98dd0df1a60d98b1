namespace Microsoft.ML.Diffusion.Tensors.Tests;

/// <summary>Counts what steps allocate.</summary>
internal static class Allocations
{
    private const int Tries = 5;

    /// <summary>Bytes that ten steps allocate once fifty have run.</summary>
    /// <remarks>The least of a few tries: memory that is asked for once, when threads first come together in another way, is none of a
    /// step.</remarks>
    public static long OfWarm(Action step)
    {
        for (int i = 0; i < 50; i++)
            step();
        long least = long.MaxValue;
        for (int tried = 0; tried < Tries && least > 0; tried++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10; i++)
                step();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
