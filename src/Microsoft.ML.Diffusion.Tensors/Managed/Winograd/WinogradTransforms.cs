using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The small fixed matrices of a 3 x 3 convolution by tiles of 2 x 2 pixels: F(2 x 2, 3 x 3) of Lavin and Gray 2016, section
/// 4.1.</summary>
/// <remarks>
/// <para>
/// For one input and one output channel, four neighbouring pixels of the result are y = A^T [(G g G^T) * (B^T d B)] A, where d is the block
/// of 4 x 4 input pixels around them, g the 3 x 3 weights, and * multiplies number by number. Over many channels and tiles, the
/// multiplications at each of the 16 places are a matrix product: 16 multiplications for 4 pixels instead of 36.
/// </para>
/// <para>
/// Every function here takes sixteen channels at once: lane i is channel i, and no lane looks at another one. So all of these are additions
/// of whole vectors, in one order, and the bits do not depend on the width of vectors.
/// </para>
/// </remarks>
internal static unsafe class WinogradTransforms
{
    /// <summary>Places of a transformed tile.</summary>
    internal const int Places = 16;

    /// <summary>Pixels of a tile in a line.</summary>
    internal const int Tile = 2;

    /// <summary>B^T d B, where B^T is [1 0 -1 0; 0 1 1 0; 0 -1 1 0; 0 1 0 -1].</summary>
    /// <param name="d">The upper left of the 4 x 4 pixels.</param>
    /// <param name="line">Floats from one line of pixels to the next.</param>
    /// <param name="channels">Floats of a pixel, a multiple of 16.</param>
    /// <param name="v">Where to: a row of channels for each of the 16 places.</param>
    /// <param name="place">Floats from one place to the next.</param>
    [MethodImpl(IKernel.Loop)]
    internal static void Input<TLanes, T>(float* d, nint line, nint channels, float* v, nint place)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        for (nint c = 0; c < channels; c += ILanes<T>.Count)
        {
            InputColumn<TLanes, T>(d + c, line, out T t00, out T t10, out T t20, out T t30);
            InputColumn<TLanes, T>(d + c + channels, line, out T t01, out T t11, out T t21, out T t31);
            InputColumn<TLanes, T>(d + c + (2 * channels), line, out T t02, out T t12, out T t22, out T t32);
            InputColumn<TLanes, T>(d + c + (3 * channels), line, out T t03, out T t13, out T t23, out T t33);
            float* target = v + c;
            InputRow<TLanes, T>(t00, t01, t02, t03, target, place);
            InputRow<TLanes, T>(t10, t11, t12, t13, target + (4 * place), place);
            InputRow<TLanes, T>(t20, t21, t22, t23, target + (8 * place), place);
            InputRow<TLanes, T>(t30, t31, t32, t33, target + (12 * place), place);
        }
    }

    /// <summary>A^T m A + bias + residual, where A^T is [1 1 1 0; 0 1 -1 -1].</summary>
    /// <param name="m">A row of channels for each of the 16 places.</param>
    /// <param name="place">Floats from one place to the next.</param>
    /// <param name="channels">Floats of a pixel, a multiple of 16.</param>
    /// <param name="bias">A row of channels, or null.</param>
    /// <param name="residual">The upper left pixel of what is added last, laid out as the result; or null.</param>
    /// <param name="y">The upper left of the 2 x 2 pixels.</param>
    /// <param name="line">Floats from one line of pixels to the next.</param>
    /// <param name="accumulate">Whether the result is added to what is there.</param>
    [MethodImpl(IKernel.Loop)]
    internal static void Output<TLanes, T>(
        float* m, nint place, nint channels, float* bias, float* residual, float* y, nint line, bool accumulate)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        for (nint c = 0; c < channels; c += ILanes<T>.Count)
        {
            float* source = m + c;
            OutputColumn<TLanes, T>(source, place, out T s00, out T s10);
            OutputColumn<TLanes, T>(source + place, place, out T s01, out T s11);
            OutputColumn<TLanes, T>(source + (2 * place), place, out T s02, out T s12);
            OutputColumn<TLanes, T>(source + (3 * place), place, out T s03, out T s13);
            T start = bias == null ? TLanes.Create(0) : TLanes.Load(bias + c);
            T y00 = TLanes.Add(TLanes.Add(TLanes.Add(s00, s01), s02), start);
            T y01 = TLanes.Add(TLanes.Subtract(TLanes.Subtract(s01, s02), s03), start);
            T y10 = TLanes.Add(TLanes.Add(TLanes.Add(s10, s11), s12), start);
            T y11 = TLanes.Add(TLanes.Subtract(TLanes.Subtract(s11, s12), s13), start);
            float* target = y + c;
            if (residual != null)
            {
                float* added = residual + c;
                y00 = TLanes.Add(y00, TLanes.Load(added));
                y01 = TLanes.Add(y01, TLanes.Load(added + channels));
                y10 = TLanes.Add(y10, TLanes.Load(added + line));
                y11 = TLanes.Add(y11, TLanes.Load(added + line + channels));
            }

            if (accumulate)
            {
                y00 = TLanes.Add(y00, TLanes.Load(target));
                y01 = TLanes.Add(y01, TLanes.Load(target + channels));
                y10 = TLanes.Add(y10, TLanes.Load(target + line));
                y11 = TLanes.Add(y11, TLanes.Load(target + line + channels));
            }

            TLanes.Store(target, y00);
            TLanes.Store(target + channels, y01);
            TLanes.Store(target + line, y10);
            TLanes.Store(target + line + channels, y11);
        }
    }

    /// <summary>A dy A^T: the gradient of the 16 places from that of the 2 x 2 pixels.</summary>
    /// <param name="dy">The upper left of the 2 x 2 pixels.</param>
    /// <param name="line">Floats from one line of pixels to the next.</param>
    /// <param name="channels">Floats of a pixel, a multiple of 16.</param>
    /// <param name="dm">Where to: a row of channels for each of the 16 places.</param>
    /// <param name="place">Floats from one place to the next.</param>
    [MethodImpl(IKernel.Loop)]
    internal static void OutputGradient<TLanes, T>(float* dy, nint line, nint channels, float* dm, nint place)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        T zero = TLanes.Create(0);
        for (nint c = 0; c < channels; c += ILanes<T>.Count)
        {
            float* source = dy + c;
            T y00 = TLanes.Load(source), y01 = TLanes.Load(source + channels);
            T y10 = TLanes.Load(source + line), y11 = TLanes.Load(source + line + channels);
            float* target = dm + c;
            OutputGradientRow<TLanes, T>(y00, y01, target, place);
            OutputGradientRow<TLanes, T>(TLanes.Add(y00, y10), TLanes.Add(y01, y11), target + (4 * place), place);
            OutputGradientRow<TLanes, T>(TLanes.Subtract(y00, y10), TLanes.Subtract(y01, y11), target + (8 * place), place);
            OutputGradientRow<TLanes, T>(TLanes.Subtract(zero, y10), TLanes.Subtract(zero, y11), target + (12 * place), place);
        }
    }

    /// <summary>G g G^T, where G is [1 0 0; 1/2 1/2 1/2; 1/2 -1/2 1/2; 0 0 1].</summary>
    /// <param name="g">A row of channels for each of the nine weights.</param>
    /// <param name="weight">Floats from one weight to the next.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="u">Where to: a row of channels for each of the 16 places.</param>
    /// <param name="place">Floats from one place to the next.</param>
    [MethodImpl(IKernel.Loop)]
    internal static void Weight<TLanes, T>(float* g, nint weight, nint channels, float* u, nint place)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        for (nint c = 0; c < channels; c += ILanes<T>.Count)
        {
            ExpandColumn<TLanes, T>(g + c, weight, out T t00, out T t10, out T t20, out T t30);
            ExpandColumn<TLanes, T>(g + c + weight, weight, out T t01, out T t11, out T t21, out T t31);
            ExpandColumn<TLanes, T>(g + c + (2 * weight), weight, out T t02, out T t12, out T t22, out T t32);
            float* target = u + c;
            WeightRow<TLanes, T>(t00, t01, t02, target, place);
            WeightRow<TLanes, T>(t10, t11, t12, target + (4 * place), place);
            WeightRow<TLanes, T>(t20, t21, t22, target + (8 * place), place);
            WeightRow<TLanes, T>(t30, t31, t32, target + (12 * place), place);
        }
    }

    /// <summary>dg (+)= G^T du G: the gradient of the nine weights from that of the 16 places.</summary>
    /// <param name="du">A row of channels for each of the 16 places.</param>
    /// <param name="place">Floats from one place to the next.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="dg">A row of channels for each of the nine weights.</param>
    /// <param name="weight">Floats from one weight to the next.</param>
    /// <param name="accumulate">Whether the result is added to what is there.</param>
    [MethodImpl(IKernel.Loop)]
    internal static void WeightGradient<TLanes, T>(float* du, nint place, nint channels, float* dg, nint weight, bool accumulate)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        for (nint c = 0; c < channels; c += ILanes<T>.Count)
        {
            float* source = du + c;
            ContractColumn<TLanes, T>(source, place, out T t00, out T t10, out T t20);
            ContractColumn<TLanes, T>(source + place, place, out T t01, out T t11, out T t21);
            ContractColumn<TLanes, T>(source + (2 * place), place, out T t02, out T t12, out T t22);
            ContractColumn<TLanes, T>(source + (3 * place), place, out T t03, out T t13, out T t23);
            float* target = dg + c;
            WeightGradientRow<TLanes, T>(t00, t01, t02, t03, target, weight, accumulate);
            WeightGradientRow<TLanes, T>(t10, t11, t12, t13, target + (3 * weight), weight, accumulate);
            WeightGradientRow<TLanes, T>(t20, t21, t22, t23, target + (6 * weight), weight, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InputColumn<TLanes, T>(float* d, nint line, out T t0, out T t1, out T t2, out T t3)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        T d0 = TLanes.Load(d), d1 = TLanes.Load(d + line), d2 = TLanes.Load(d + (2 * line)), d3 = TLanes.Load(d + (3 * line));
        (t0, t1) = (TLanes.Subtract(d0, d2), TLanes.Add(d1, d2));
        (t2, t3) = (TLanes.Subtract(d2, d1), TLanes.Subtract(d1, d3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InputRow<TLanes, T>(T t0, T t1, T t2, T t3, float* v, nint place)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        TLanes.Store(v, TLanes.Subtract(t0, t2));
        TLanes.Store(v + place, TLanes.Add(t1, t2));
        TLanes.Store(v + (2 * place), TLanes.Subtract(t2, t1));
        TLanes.Store(v + (3 * place), TLanes.Subtract(t1, t3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputColumn<TLanes, T>(float* m, nint place, out T s0, out T s1)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        T m1 = TLanes.Load(m + (4 * place)), m2 = TLanes.Load(m + (8 * place));
        s0 = TLanes.Add(TLanes.Add(TLanes.Load(m), m1), m2);
        s1 = TLanes.Subtract(TLanes.Subtract(m1, m2), TLanes.Load(m + (12 * place)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputGradientRow<TLanes, T>(T y0, T y1, float* dm, nint place)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        TLanes.Store(dm, y0);
        TLanes.Store(dm + place, TLanes.Add(y0, y1));
        TLanes.Store(dm + (2 * place), TLanes.Subtract(y0, y1));
        TLanes.Store(dm + (3 * place), TLanes.Subtract(TLanes.Create(0), y1));
    }

    /// <summary>Four numbers from three: G times them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Expand<TLanes, T>(T g0, T g1, T g2, out T t0, out T t1, out T t2, out T t3)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        T half = TLanes.Create(0.5f), ends = TLanes.Add(g0, g2);
        (t0, t3) = (g0, g2);
        t1 = TLanes.Multiply(half, TLanes.Add(ends, g1));
        t2 = TLanes.Multiply(half, TLanes.Subtract(ends, g1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ExpandColumn<TLanes, T>(float* g, nint weight, out T t0, out T t1, out T t2, out T t3)
        where TLanes : struct, ILanes<T>
        where T : struct => Expand<TLanes, T>(
            TLanes.Load(g), TLanes.Load(g + (3 * weight)), TLanes.Load(g + (6 * weight)), out t0, out t1, out t2, out t3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WeightRow<TLanes, T>(T g0, T g1, T g2, float* u, nint place)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        Expand<TLanes, T>(g0, g1, g2, out T t0, out T t1, out T t2, out T t3);
        TLanes.Store(u, t0);
        TLanes.Store(u + place, t1);
        TLanes.Store(u + (2 * place), t2);
        TLanes.Store(u + (3 * place), t3);
    }

    /// <summary>Three numbers from four: G^T times them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Contract<TLanes, T>(T u0, T u1, T u2, T u3, out T g0, out T g1, out T g2)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        T half = TLanes.Create(0.5f), sum = TLanes.Multiply(half, TLanes.Add(u1, u2));
        (g0, g2) = (TLanes.Add(u0, sum), TLanes.Add(sum, u3));
        g1 = TLanes.Multiply(half, TLanes.Subtract(u1, u2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ContractColumn<TLanes, T>(float* u, nint place, out T g0, out T g1, out T g2)
        where TLanes : struct, ILanes<T>
        where T : struct => Contract<TLanes, T>(
            TLanes.Load(u), TLanes.Load(u + (4 * place)), TLanes.Load(u + (8 * place)), TLanes.Load(u + (12 * place)),
            out g0, out g1, out g2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WeightGradientRow<TLanes, T>(T u0, T u1, T u2, T u3, float* dg, nint weight, bool accumulate)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        Contract<TLanes, T>(u0, u1, u2, u3, out T g0, out T g1, out T g2);
        if (accumulate)
        {
            g0 = TLanes.Add(TLanes.Load(dg), g0);
            g1 = TLanes.Add(TLanes.Load(dg + weight), g1);
            g2 = TLanes.Add(TLanes.Load(dg + (2 * weight)), g2);
        }

        TLanes.Store(dg, g0);
        TLanes.Store(dg + weight, g1);
        TLanes.Store(dg + (2 * weight), g2);
    }
}
