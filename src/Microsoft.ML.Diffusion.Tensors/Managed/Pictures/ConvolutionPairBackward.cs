using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The gradients of the weights of two convolutions with ReLU between them. What the filters said is computed again, line by line,
/// since reading it from memory would take longer. A chunk is some pictures.</summary>
internal unsafe struct ConvolutionPairBackward : IKernel
{
    /// <summary>Rows of sums: those of the first weight, of the first bias, of the second weight.</summary>
    internal const int SumRows = PixelLayout.Neighbors + 1 + PixelLayout.Neighbors;

    private const int Block = ILanes<float>.Count;

    /// <summary>Pixels that are worked on at once.</summary>
    private const int Together = 4;

    internal PixelLayout Layout;
    internal float* X;
    internal float* Dy;

    /// <summary>[9, filters], then the biases of the filters.</summary>
    internal float* First;

    /// <summary>[9, filters].</summary>
    internal float* Second;

    /// <summary>A multiple of 16; those that were added have weights of zero.</summary>
    internal int Filters;
    internal int Pictures;
    internal int PicturesPerChunk;

    /// <summary>Receives [chunks, <see cref="SumRows"/>, filters].</summary>
    internal float* Sums;

    [MethodImpl(IKernel.Loop)]
    public readonly void Run<TLanes, T>(int chunk)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        int pixels = Layout.Height * Layout.Width, length = Layout.Length, line = AlignedBuffer.RoundUp(Layout.Width) * Block;
        float* sums = Sums + ((nint)chunk * SumRows * Filters);
        new Span<float>(sums, SumRows * Filters).Clear();
        float* room = WorkerScratch.Take((2 * length) + (2 * line)), hidden = room + (2 * length), slopes = hidden + line;
        int last = Math.Min((chunk + 1) * PicturesPerChunk, Pictures);
        for (int picture = chunk * PicturesPerChunk; picture < last; picture++)
        {
            float* x = Layout.Lay(X + ((nint)picture * pixels), room), dy = Layout.Lay(Dy + ((nint)picture * pixels), room + length);
            for (int filter = 0; filter < Filters; filter += Block)
            {
                for (int row = 0; row < Layout.Height; row++)
                {
                    float* ownX = x + ((nint)row * Layout.Line), ownDy = dy + ((nint)row * Layout.Line);
                    for (int pixel = 0; pixel < Layout.Width; pixel += Together)
                    {
                        Filter<TLanes, T>(ownX + pixel, filter, hidden + ((nint)pixel * Block));
                        Back<TLanes, T>(ownDy + pixel, filter, hidden + ((nint)pixel * Block), slopes + ((nint)pixel * Block));
                    }

                    float* second = sums + filter + ((PixelLayout.Neighbors + 1) * Filters);
                    for (int neighbor = 0; neighbor < PixelLayout.Neighbors; neighbor += 3)
                    {
                        nint away = Layout.Away(neighbor + 1), to = (nint)neighbor * Filters;
                        AddProducts<TLanes, T>(slopes, ownX + away, 1, sums + filter + to);
                        AddProducts<TLanes, T>(hidden, ownDy - away, -1, second + to);
                    }

                    AddSum<TLanes, T>(slopes, sums + filter + (PixelLayout.Neighbors * Filters));
                }
            }
        }
    }

    /// <summary>hidden[pixel, lane] = bias + sum over neighbours of weight times pixel, of four pixels; lane i is filter i of the
    /// sixteen.</summary>
    [MethodImpl(IKernel.Loop)]
    private readonly void Filter<TLanes, T>(float* x, int filter, float* hidden)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        nint filters = Filters;
        float* weight = First + filter;
        T a = TLanes.Load(weight + (PixelLayout.Neighbors * filters)), b = a, c = a, d = a;
        for (int neighbor = 0; neighbor < PixelLayout.Neighbors; neighbor += 3)
        {
            float* first = x + Layout.Away(neighbor);
            for (nint along = 0; along < 3; along++)
            {
                T own = TLanes.Load(weight);
                float* pixel = first + along;
                a = TLanes.MultiplyAdd(TLanes.Create(pixel[0]), own, a);
                b = TLanes.MultiplyAdd(TLanes.Create(pixel[1]), own, b);
                c = TLanes.MultiplyAdd(TLanes.Create(pixel[2]), own, c);
                d = TLanes.MultiplyAdd(TLanes.Create(pixel[3]), own, d);
                weight += filters;
            }
        }

        TLanes.Store(hidden, a);
        TLanes.Store(hidden + Block, b);
        TLanes.Store(hidden + (2 * Block), c);
        TLanes.Store(hidden + (3 * Block), d);
    }

    /// <summary>The gradient of what the filters say of four pixels: zero where ReLU made it zero. Lane i is filter i of the sixteen. A
    /// pixel counts, times the weight of a neighbour, in the result of the pixel that has it as this neighbour.</summary>
    [MethodImpl(IKernel.Loop)]
    private readonly void Back<TLanes, T>(float* dy, int filter, float* hidden, float* slopes)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        nint filters = Filters;
        float* weight = Second + filter;
        T zero = TLanes.Create(0), a = zero, b = zero, c = zero, d = zero;
        for (int neighbor = 0; neighbor < PixelLayout.Neighbors; neighbor += 3)
        {
            float* first = dy - Layout.Away(neighbor);
            for (nint along = 0; along < 3; along++)
            {
                T own = TLanes.Load(weight);
                float* pixel = first - along;
                a = TLanes.MultiplyAdd(TLanes.Create(pixel[0]), own, a);
                b = TLanes.MultiplyAdd(TLanes.Create(pixel[1]), own, b);
                c = TLanes.MultiplyAdd(TLanes.Create(pixel[2]), own, c);
                d = TLanes.MultiplyAdd(TLanes.Create(pixel[3]), own, d);
                weight += filters;
            }
        }

        Cut<TLanes, T>(hidden, slopes, a);
        Cut<TLanes, T>(hidden + Block, slopes + Block, b);
        Cut<TLanes, T>(hidden + (2 * Block), slopes + (2 * Block), c);
        Cut<TLanes, T>(hidden + (3 * Block), slopes + (3 * Block), d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Cut<TLanes, T>(float* hidden, float* slopes, T slope)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        T zero = TLanes.Create(0), value = TLanes.Load(hidden);
        TLanes.Store(slopes, TLanes.WherePositive(value, slope, zero));
        TLanes.Store(hidden, TLanes.WherePositive(value, value, zero));
    }

    /// <summary>Adds to three rows of sums, over the pixels of a line, sixteen values times the pixel's three neighbours of a line. Lane i
    /// is filter i of the sixteen.</summary>
    /// <param name="values">[pixels, 16].</param>
    /// <param name="middle">The middle neighbour of the first pixel.</param>
    /// <param name="step">From the first neighbour to the middle one, and from there to the last.</param>
    /// <param name="sums">The row of the first neighbour.</param>
    [MethodImpl(IKernel.Loop)]
    private readonly void AddProducts<TLanes, T>(float* values, float* middle, nint step, float* sums)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        nint filters = Filters, width = Layout.Width;
        T a = TLanes.Load(sums), b = TLanes.Load(sums + filters), c = TLanes.Load(sums + (2 * filters));
        for (nint pixel = 0; pixel < width; pixel++)
        {
            T value = TLanes.Load(values + (pixel * Block));
            float* own = middle + pixel;
            a = TLanes.MultiplyAdd(value, TLanes.Create(own[-step]), a);
            b = TLanes.MultiplyAdd(value, TLanes.Create(own[0]), b);
            c = TLanes.MultiplyAdd(value, TLanes.Create(own[step]), c);
        }

        TLanes.Store(sums, a);
        TLanes.Store(sums + filters, b);
        TLanes.Store(sums + (2 * filters), c);
    }

    /// <summary>Adds sixteen values of each pixel of a line to sixteen sums.</summary>
    [MethodImpl(IKernel.Loop)]
    private readonly void AddSum<TLanes, T>(float* values, float* sums)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        T sum = TLanes.Load(sums);
        for (nint pixel = 0; pixel < Layout.Width; pixel++)
            sum = TLanes.Add(sum, TLanes.Load(values + (pixel * Block)));
        TLanes.Store(sums, sum);
    }
}
