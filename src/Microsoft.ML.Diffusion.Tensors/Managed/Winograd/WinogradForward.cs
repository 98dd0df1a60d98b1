using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A convolution of some tiles in a chunk: transformed inputs, 16 products, results, all while they are in the cache.</summary>
internal unsafe struct WinogradForward : IKernel
{
    internal WinogradTiles Tiles;

    /// <summary>Of the inputs.</summary>
    internal PixelGrid Grid;
    internal float* Padded;

    /// <summary>The transformed weight: 16 matrices [inputs, outputs] in panels.</summary>
    internal float* Weight;
    internal int WeightLength;
    internal int Outputs;
    internal float* Bias;
    internal float* Residual;
    internal float* Y;
    internal bool Accumulate;

    /// <summary>Tiles of a chunk.</summary>
    internal int Group;

    /// <summary>See <see cref="VectorWidth.At"/>.</summary>
    internal int Vectors;

    /// <summary>Tiles of a chunk: as many as fit in half a megabyte, but not so few that reading the weight takes longer than the
    /// products.</summary>
    internal static int GroupOf(int inputs, int outputs) => Math.Clamp(6144 / (inputs + outputs), 32, 128) & -8;

    [MethodImpl(IKernel.Loop)]
    public readonly void Run<TLanes, T>(int chunk)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        int first = chunk * Group, count = Math.Min(Group, Tiles.Count - first), inputs = Grid.Channels;
        float* v = WorkerScratch.Take(WinogradTransforms.Places * Group * (inputs + Outputs));
        float* m = v + (WinogradTransforms.Places * Group * inputs);
        for (int i = 0; i < count; i++)
        {
            float* pixels = Padded + Grid.Place(Tiles.Pixel(first + i));
            WinogradTransforms.Input<TLanes, T>(pixels, Grid.Line, inputs, v + (i * inputs), (nint)Group * inputs);
        }

        MatrixKernels matrix = VectorWidth.At(Vectors).Matrix;
        for (int place = 0; place < WinogradTransforms.Places; place++)
        {
            matrix.Multiply(
                new MatrixProduct
                {
                    Rows = count, Inner = inputs, Columns = Outputs,
                    A = v + (place * Group * inputs), ARow = inputs, AStep = 1,
                    B = Weight + ((nint)place * WeightLength),
                    C = m + (place * Group * Outputs), CRow = Outputs,
                },
                threads: 1);
        }

        nint line = (nint)Tiles.Width * Outputs;
        for (int i = 0; i < count; i++)
        {
            nint pixel = (nint)Tiles.Pixel(first + i) * Outputs;
            WinogradTransforms.Output<TLanes, T>(
                m + (i * Outputs), (nint)Group * Outputs, Outputs, Bias, Residual == null ? null : Residual + pixel, Y + pixel, line,
                Accumulate);
        }
    }
}
