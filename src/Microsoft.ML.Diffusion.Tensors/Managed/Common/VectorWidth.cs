using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A width of vectors: runs kernels with the lanes of that width.</summary>
internal sealed unsafe class VectorWidth
{
    private static readonly VectorWidth[] s_all = [new(0), new(1), new(2), new(3)];

    private VectorWidth(int handle) => (Handle, Matrix) = (handle, MatrixKernels.Create(this, handle));

    /// <summary>The widest that this processor runs well.</summary>
    internal static VectorWidth Best { get; } = For(null);

    /// <summary>A number that stands for this object where only plain data can go: <see cref="At"/> gives it back.</summary>
    internal int Handle { get; }

    /// <summary>Matrix products, which choose their vectors by themselves.</summary>
    internal MatrixKernels Matrix { get; }

    /// <summary>Vectors of 512, 256, 128 or 32 bits; null for the best.</summary>
    internal static VectorWidth For(int? bits) => bits switch
    {
        null when Vector512.IsHardwareAccelerated && Avx512F.IsSupported => s_all[0],
        null when Vector256.IsHardwareAccelerated => s_all[1],
        null => s_all[2],
        512 when Avx512F.IsSupported => s_all[0],
        512 => throw new PlatformNotSupportedException("This processor has no vectors of 512 bits."),
        256 => s_all[1],
        128 => s_all[2],
        32 => s_all[3],
        _ => throw new ArgumentOutOfRangeException(nameof(bits), bits, "A vector has 512, 256, 128 or 32 bits."),
    };

    internal static VectorWidth At(int handle) => s_all[handle];

    /// <summary>Runs a kernel of one chunk on the calling thread.</summary>
    internal void Run<TKernel>(ref TKernel kernel)
        where TKernel : unmanaged, IKernel
    {
        switch (Handle)
        {
            case 0:
                kernel.Run<Lanes512, Vector512<float>>(0);
                break;
            case 1:
                kernel.Run<Lanes256, Lanes256.Pair>(0);
                break;
            case 2:
                kernel.Run<Lanes128, Lanes128.Quad>(0);
                break;
            default:
                kernel.Run<LanesScalar, LanesScalar.Sixteen>(0);
                break;
        }
    }

    /// <summary>Runs every chunk of a kernel on up to <paramref name="threads"/> threads.</summary>
    internal void Run<TKernel>(ref TKernel kernel, int chunks, int threads)
        where TKernel : unmanaged, IKernel
    {
        if (chunks == 1)
        {
            Run(ref kernel);
            return;
        }

        delegate*<void*, int, void> chunk = Handle switch
        {
            0 => &Chunk<TKernel, Lanes512, Vector512<float>>,
            1 => &Chunk<TKernel, Lanes256, Lanes256.Pair>,
            2 => &Chunk<TKernel, Lanes128, Lanes128.Quad>,
            _ => &Chunk<TKernel, LanesScalar, LanesScalar.Sixteen>,
        };
        fixed (TKernel* state = &kernel)
            WorkerPool.Shared.Run(threads, chunks, chunk, state);
    }

    private static void Chunk<TKernel, TLanes, T>(void* state, int chunk)
        where TKernel : unmanaged, IKernel
        where TLanes : struct, ILanes<T>
        where T : struct => ((TKernel*)state)->Run<TLanes, T>(chunk);
}
