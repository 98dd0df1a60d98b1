using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Two convolutions with ReLU between them: what the filters say of sixteen places is made, used and forgotten while it is in the
/// first cache. A chunk is a picture.</summary>
internal unsafe struct ConvolutionPairForward : IKernel
{
    private const int Block = ILanes<float>.Count;

    internal PixelLayout Layout;
    internal float* X;
    internal float* Y;

    /// <summary>[9, filters], then the biases of the filters.</summary>
    internal float* First;

    /// <summary>[9, filters].</summary>
    internal float* Second;
    internal float SecondBias;

    /// <summary>A multiple of 16; those that were added have weights of zero.</summary>
    internal int Filters;

    /// <summary>[places]: 1 where a pixel is, 0 behind the lines.</summary>
    internal float* Inside;

    [MethodImpl(IKernel.Loop)]
    public readonly void Run<TLanes, T>(int chunk)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        int pixels = Layout.Height * Layout.Width, length = Layout.Length;
        float* room = WorkerScratch.Take((2 * length) + (Filters * Block));
        float* x = Layout.Lay(X + ((nint)chunk * pixels), room), hidden = room + (2 * length);
        new Span<float>(room + length, length).Clear();
        float* y = room + length + Layout.Margin;
        for (int place = 0; place < Layout.Places; place += Block)
        {
            Filter<TLanes, T>(x + place, hidden);
            Spread<TLanes, T>(hidden, y + place, Inside + place, 0);
            Spread<TLanes, T>(hidden, y + place, Inside + place, 3);
            Spread<TLanes, T>(hidden, y + place, Inside + place, 6);
        }

        float* result = Y + ((nint)chunk * pixels);
        for (int pixel = 0; pixel < pixels; pixel++)
            result[pixel] = y[((nint)(pixel / Layout.Width) * Layout.Line) + (pixel % Layout.Width)] + SecondBias;
    }

    /// <summary>hidden[filter, lane] = max(0, bias + sum over neighbours of weight times pixel) for sixteen places. Lane i is place i; four
    /// filters at a time share the load of a neighbour.</summary>
    [MethodImpl(IKernel.Loop)]
    private readonly void Filter<TLanes, T>(float* x, float* hidden)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        nint filters = Filters;
        for (nint filter = 0; filter < filters; filter += 4)
        {
            float* weight = First + filter, bias = weight + (PixelLayout.Neighbors * filters);
            T a = TLanes.Create(bias[0]), b = TLanes.Create(bias[1]), c = TLanes.Create(bias[2]), d = TLanes.Create(bias[3]);
            for (int neighbor = 0; neighbor < PixelLayout.Neighbors; neighbor += 3)
            {
                float* left = x + Layout.Away(neighbor);
                for (nint along = 0; along < 3; along++)
                {
                    T pixel = TLanes.Load(left + along);
                    a = TLanes.MultiplyAdd(pixel, TLanes.Create(weight[0]), a);
                    b = TLanes.MultiplyAdd(pixel, TLanes.Create(weight[1]), b);
                    c = TLanes.MultiplyAdd(pixel, TLanes.Create(weight[2]), c);
                    d = TLanes.MultiplyAdd(pixel, TLanes.Create(weight[3]), d);
                    weight += filters;
                }
            }

            T zero = TLanes.Create(0);
            float* to = hidden + (filter * Block);
            TLanes.Store(to, TLanes.WherePositive(a, a, zero));
            TLanes.Store(to + Block, TLanes.WherePositive(b, b, zero));
            TLanes.Store(to + (2 * Block), TLanes.WherePositive(c, c, zero));
            TLanes.Store(to + (3 * Block), TLanes.WherePositive(d, d, zero));
        }
    }

    /// <summary>Adds to y what the filters of sixteen places say for three neighbours, those of one line. Lane i is place i, and what it
    /// says for a neighbour belongs to the place that has it as this neighbour.</summary>
    [MethodImpl(IKernel.Loop)]
    private readonly void Spread<TLanes, T>(float* hidden, float* y, float* inside, int neighbor)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        nint filters = Filters;
        float* left = Second + (neighbor * filters), here = left + filters, right = here + filters;
        T zero = TLanes.Create(0), a = zero, b = zero, c = zero;
        for (nint filter = 0; filter < filters; filter++)
        {
            T value = TLanes.Load(hidden + (filter * Block));
            a = TLanes.MultiplyAdd(value, TLanes.Create(left[filter]), a);
            b = TLanes.MultiplyAdd(value, TLanes.Create(here[filter]), b);
            c = TLanes.MultiplyAdd(value, TLanes.Create(right[filter]), c);
        }

        T pixel = TLanes.Load(inside);
        float* to = y - Layout.Away(neighbor + 1);
        TLanes.Store(to + 1, TLanes.Add(TLanes.Load(to + 1), TLanes.WherePositive(pixel, a, zero)));
        TLanes.Store(to, TLanes.Add(TLanes.Load(to), TLanes.WherePositive(pixel, b, zero)));
        TLanes.Store(to - 1, TLanes.Add(TLanes.Load(to - 1), TLanes.WherePositive(pixel, c, zero)));
    }
}
