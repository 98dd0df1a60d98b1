using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Draws of whole groups of 64, from a draw that starts one.</summary>
internal unsafe struct PhiloxKernel : IKernel
{
    internal Philox Random;
    internal bool Normal;
    internal ulong Index;
    internal float* Y;
    internal nint Groups;

    [MethodImpl(IKernel.Loop)]
    public readonly void Run<TLanes, T>(int chunk)
        where TLanes : struct, ILanes<T>
        where T : struct => PhiloxLanes<TLanes, T>.Fill(Random, Normal, Index, Y, Groups);
}
