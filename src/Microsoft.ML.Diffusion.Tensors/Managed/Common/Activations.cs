using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>y = dropout(act(x + addend)) + residual and the slope of that by x, in one loop for each activation.</summary>
/// <remarks>
/// As in <see cref="Loops{TLanes, T}"/>, lane i of a block is one element, which never meets another lane. To add an activation, add a
/// function
/// (a struct with the value and the slope of one element) and its line in <see cref="Run"/>.
/// </remarks>
internal static unsafe class Activations<TLanes, T>
    where TLanes : struct, ILanes<T>
    where T : struct
{
    private const int Block = ILanes<T>.Count;

    /// <summary>A function of one number and its slope.</summary>
    private interface IFunction
    {
        static abstract T Apply(T x, out T slope);
    }

    /// <param name="activation">The function.</param>
    /// <param name="x">What it is applied to.</param>
    /// <param name="y">Where to; x for in place.</param>
    /// <param name="addend">Added before the function; null for none.</param>
    /// <param name="residual">Added last; null for none.</param>
    /// <param name="slope">Where to keep the slopes, 0 for what is dropped; null for nowhere.</param>
    /// <param name="n">The number of elements.</param>
    /// <param name="draws">A uniform draw for each element: those below the rate are dropped; null to drop none.</param>
    /// <param name="rate">The rate of dropout.</param>
    /// <param name="kept">What the elements that stay are multiplied by.</param>
    internal static void Run(
        Activation activation,
        float* x,
        float* y,
        float* addend,
        float* residual,
        float* slope,
        nint n,
        float* draws = null,
        float rate = 0,
        float kept = 1)
    {
        switch (activation)
        {
            case Activation.ReLU:
                Map<ReLU>(x, y, addend, residual, slope, n, draws, rate, kept);
                break;
            case Activation.SiLU:
                Map<SiLU>(x, y, addend, residual, slope, n, draws, rate, kept);
                break;
            case Activation.Tanh:
                Map<Tanh>(x, y, addend, residual, slope, n, draws, rate, kept);
                break;
            case Activation.Sigmoid:
                Map<Sigmoid>(x, y, addend, residual, slope, n, draws, rate, kept);
                break;
            case Activation.GELU:
                Map<Gelu>(x, y, addend, residual, slope, n, draws, rate, kept);
                break;
            case Activation.Decay:
                Map<Decay>(x, y, addend, residual, slope, n, draws, rate, kept);
                break;
            case Activation.None:
                Map<Identity>(x, y, addend, residual, slope, n, draws, rate, kept);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(activation), activation, "There is no such activation.");
        }
    }

    [MethodImpl(IKernel.Loop)]
    private static void Map<TFunction>(
        float* x, float* y, float* addend, float* residual, float* slope, nint n, float* draws, float rate, float kept)
        where TFunction : struct, IFunction
    {
        T keptLanes = TLanes.Create(kept), rateLanes = TLanes.Create(rate);
        nint i = 0;
        for (; i <= n - Block; i += Block)
            MapBlock<TFunction>(x, y, addend, residual, slope, i, Block, draws, rateLanes, keptLanes);
        if (i < n)
            MapBlock<TFunction>(x, y, addend, residual, slope, i, (int)(n - i), draws, rateLanes, keptLanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MapBlock<TFunction>(
        float* x, float* y, float* addend, float* residual, float* slope, nint i, int count, float* draws, T rate, T kept)
        where TFunction : struct, IFunction
    {
        T z = TLanes.Load(x + i, count);
        if (addend != null)
            z = TLanes.Add(z, TLanes.Load(addend + i, count));
        z = TFunction.Apply(z, out T d);
        if (draws != null)
        {
            // A lane whose draw is below the rate becomes zero, and so does its slope.
            T draw = TLanes.Load(draws + i, count), zero = TLanes.Create(0);
            z = TLanes.Multiply(z, TLanes.WhereGreater(rate, draw, zero, kept));
            d = TLanes.WhereGreater(rate, draw, zero, d);
        }

        if (slope != null)
            TLanes.Store(slope + i, d, count);
        if (residual != null)
            z = TLanes.Add(z, TLanes.Load(residual + i, count));
        TLanes.Store(y + i, z, count);
    }

    private readonly struct Identity : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, out T slope)
        {
            slope = TLanes.Create(1);
            return x;
        }
    }

    private readonly struct ReLU : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, out T slope)
        {
            T zero = TLanes.Create(0);
            slope = TLanes.WherePositive(x, TLanes.Create(1), zero);
            return TLanes.WherePositive(x, x, zero);
        }
    }

    private readonly struct SiLU : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, out T slope)
        {
            // y = x s with s the sigmoid; y' = s + x s (1 - s) = s + y (1 - s).
            T s = VectorMath<TLanes, T>.Sigmoid(x);
            T y = TLanes.Multiply(x, s);
            slope = TLanes.MultiplyAdd(y, TLanes.Subtract(TLanes.Create(1), s), s);
            return y;
        }
    }

    private readonly struct Tanh : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, out T slope)
        {
            T y = VectorMath<TLanes, T>.Tanh(x);
            slope = TLanes.MultiplyAdd(TLanes.Subtract(TLanes.Create(0), y), y, TLanes.Create(1));
            return y;
        }
    }

    private readonly struct Sigmoid : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, out T slope)
        {
            T y = VectorMath<TLanes, T>.Sigmoid(x);
            slope = TLanes.MultiplyAdd(TLanes.Subtract(TLanes.Create(0), y), y, y);
            return y;
        }
    }

    private readonly struct Gelu : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, out T slope)
        {
            // (1 + tanh u) / 2 is the sigmoid s of 2u, so y = x s and y' = s + x s (1 - s) 2u'.
            // 2u = 2 sqrt(2/pi) (x + 0.044715 x^3).
            T square = TLanes.Multiply(x, x);
            T w = TLanes.MultiplyAdd(TLanes.Create(0.0713548163f), square, TLanes.Create(1.59576912f));
            T s = VectorMath<TLanes, T>.Sigmoid(TLanes.Multiply(w, x));
            T y = TLanes.Multiply(x, s);
            T dw = TLanes.MultiplyAdd(TLanes.Create(0.214064449f), square, TLanes.Create(1.59576912f));
            T rest = TLanes.Subtract(TLanes.Create(1), s);
            slope = TLanes.MultiplyAdd(TLanes.Multiply(y, rest), dw, s);
            return y;
        }
    }

    private readonly struct Decay : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, out T slope)
        {
            T zero = TLanes.Create(0), y = VectorMath<TLanes, T>.Exp(TLanes.Subtract(zero, TLanes.WherePositive(x, x, zero)));
            slope = TLanes.WherePositive(x, TLanes.Subtract(zero, y), zero);
            return y;
        }
    }
}
