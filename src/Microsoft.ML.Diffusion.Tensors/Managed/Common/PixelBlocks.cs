using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Goes between pictures and those of half the height and width; a chunk is 64 pixels of the small ones.</summary>
internal unsafe struct PixelBlocks : IKernel
{
    private const int Block = ILanes<float>.Count;

    internal PixelBlockStep Step;
    internal float* Large;
    internal float* Small;
    internal float Factor;

    /// <summary>Whether to add to what is there.</summary>
    internal bool Accumulate;

    /// <summary>Pixels of a line of the small pictures; a line of the large ones has twice as many.</summary>
    internal int Width;

    /// <summary>Pixels of all small pictures.</summary>
    internal int Pixels;

    /// <summary>Floats of a pixel of the large pictures.</summary>
    internal int Channels;

    [MethodImpl(IKernel.Loop)]
    public readonly void Run<TLanes, T>(int chunk)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        int first = RowChunks.Start(chunk), end = first + RowChunks.Length(chunk, Pixels), width = Width, channels = Channels;
        for (int pixel = first; pixel < end; pixel++)
        {
            // Lines of the large pictures come two for each line of the small ones, in every picture.
            int line = pixel / width;
            float* upper = Large + (((nint)(4 * line * width) + (2 * (pixel - (line * width)))) * channels);
            float* lower = upper + ((nint)(2 * width) * channels);
            switch (Step)
            {
                case PixelBlockStep.Gather:
                    Gather<TLanes, T>(upper, lower, Small + ((nint)pixel * channels));
                    break;
                case PixelBlockStep.Spread:
                    Spread<TLanes, T>(Small + ((nint)pixel * channels), upper, lower);
                    break;
                case PixelBlockStep.Stack:
                    float* stack = Small + ((nint)pixel * 4 * channels);
                    Loops<TLanes, T>.Copy(upper, stack, 2 * channels, Accumulate);
                    Loops<TLanes, T>.Copy(lower, stack + (2 * channels), 2 * channels, Accumulate);
                    break;
                default:
                    float* parts = Small + ((nint)pixel * 4 * channels);
                    Loops<TLanes, T>.Copy(parts, upper, 2 * channels, Accumulate);
                    Loops<TLanes, T>.Copy(parts + (2 * channels), lower, 2 * channels, Accumulate);
                    break;
            }
        }
    }

    [MethodImpl(IKernel.Loop)]
    private readonly void Gather<TLanes, T>(float* upper, float* lower, float* small)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        int channels = Channels;
        bool accumulate = Accumulate;
        T factor = TLanes.Create(Factor);
        for (int c = 0; c < channels; c += Block)
        {
            int count = Math.Min(Block, channels - c);
            T above = TLanes.Add(TLanes.Load(upper + c, count), TLanes.Load(upper + channels + c, count));
            T below = TLanes.Add(TLanes.Load(lower + c, count), TLanes.Load(lower + channels + c, count));
            T sum = TLanes.Multiply(TLanes.Add(above, below), factor);
            TLanes.Store(small + c, accumulate ? TLanes.Add(TLanes.Load(small + c, count), sum) : sum, count);
        }
    }

    [MethodImpl(IKernel.Loop)]
    private readonly void Spread<TLanes, T>(float* small, float* upper, float* lower)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        int channels = Channels;
        bool accumulate = Accumulate;
        T factor = TLanes.Create(Factor);
        for (int c = 0; c < channels; c += Block)
        {
            int count = Math.Min(Block, channels - c);
            T value = TLanes.Multiply(TLanes.Load(small + c, count), factor);
            Put<TLanes, T>(upper + c, value, count, accumulate);
            Put<TLanes, T>(upper + channels + c, value, count, accumulate);
            Put<TLanes, T>(lower + c, value, count, accumulate);
            Put<TLanes, T>(lower + channels + c, value, count, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TLanes, T>(float* target, T value, int count, bool accumulate)
        where TLanes : struct, ILanes<T>
        where T : struct =>
        TLanes.Store(target, accumulate ? TLanes.Add(TLanes.Load(target, count), value) : value, count);
}
