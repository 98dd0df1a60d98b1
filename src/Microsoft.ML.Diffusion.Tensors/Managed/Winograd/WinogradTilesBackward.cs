using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Transforms the inputs and the gradients of some tiles for the gradient of the weight.</summary>
internal unsafe struct WinogradTilesBackward : IKernel
{
    internal const int Group = 32;

    internal WinogradTiles Tiles;
    internal PixelGrid Grid;
    internal float* Padded;
    internal float* Dy;
    internal int Outputs;

    /// <summary>The first tile, and how many.</summary>
    internal int First;
    internal int Count;

    /// <summary>16 matrices [room, inputs].</summary>
    internal float* V;

    /// <summary>16 matrices [room, outputs].</summary>
    internal float* Dm;

    /// <summary>Rows from one place to the next.</summary>
    internal int Room;

    [MethodImpl(IKernel.Loop)]
    public readonly void Run<TLanes, T>(int chunk)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        int inputs = Grid.Channels, end = Math.Min((chunk + 1) * Group, Count);
        for (int i = chunk * Group; i < end; i++)
        {
            int pixel = Tiles.Pixel(First + i);
            WinogradTransforms.Input<TLanes, T>(Padded + Grid.Place(pixel), Grid.Line, inputs, V + (i * inputs), (nint)Room * inputs);
            WinogradTransforms.OutputGradient<TLanes, T>(
                Dy + ((nint)pixel * Outputs), (nint)Tiles.Width * Outputs, Outputs, Dm + (i * Outputs), (nint)Room * Outputs);
        }
    }
}
