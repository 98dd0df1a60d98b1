using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>y (+)= a op b for n elements that lie one after another, on one thread.</summary>
internal unsafe struct Combination : IKernel
{
    internal ArithmeticKind Kind;
    internal float* A;

    /// <summary>Null where every element is combined with <see cref="Factor"/>.</summary>
    internal float* B;
    internal float Factor;
    internal float* Y;
    internal nint Count;

    /// <summary>Whether to add to what is there.</summary>
    internal bool Accumulate;

    [MethodImpl(IKernel.Loop)]
    public readonly void Run<TLanes, T>(int chunk)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        if (B == null)
            Loops<TLanes, T>.Combine(Kind, A, Factor, Y, Count, Accumulate);
        else
            Loops<TLanes, T>.Combine(Kind, A, B, Y, Count, Accumulate);
    }
}
