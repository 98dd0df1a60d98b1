using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Work on many floats, written once for every width of vectors, in chunks that may run on different threads.</summary>
/// <remarks>
/// <para>
/// A kernel is a struct: its fields are what the work reads and writes (pointers and sizes), and <see cref="Run"/> does one chunk of it. It
/// holds plain data only, so it lives on the caller's stack while other threads read it, and nothing is allocated.
/// </para>
/// <para>
/// <see cref="VectorWidth.Run{TKernel}(ref TKernel)"/> calls <see cref="Run"/> with the lanes of the engine's vectors as its type
/// arguments. The
/// compiler makes a copy of the kernel for each, with every call on lanes inlined to one or a few instructions.
/// </para>
/// </remarks>
internal interface IKernel
{
    /// <summary>How a method that loops over lanes is compiled: fully from its first call on, as vector code that is not optimized is a
    /// hundred
    /// times slower; and by itself, as the compiler inlines only so much into one method, and every call on lanes must be
    /// inlined.</summary>
    internal const MethodImplOptions Loop = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    /// <summary>Does one chunk.</summary>
    /// <typeparam name="TLanes">What can be done to sixteen floats at once.</typeparam>
    /// <typeparam name="T">What holds them.</typeparam>
    /// <param name="chunk">Which chunk, from 0. No chunk may write what another one reads or writes.</param>
    void Run<TLanes, T>(int chunk)
        where TLanes : struct, ILanes<T>
        where T : struct;
}
