using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Kernels that treat each element on its own.</summary>
/// <remarks>
/// Each runs over whole blocks of sixteen floats, then once more over what is left (1 to 15) with partial loads and
/// stores. The function applied is a type argument, so that it is compiled into the loop.
/// </remarks>
internal sealed unsafe partial class VectorKernels<TLanes, T> : VectorKernels
    where TLanes : struct, ILanes<T>
    where T : struct
{
    private const int Block = ILanes<T>.Count;

    internal VectorKernels(int handle)
        : base(handle)
    {
    }

    /// <summary>A function of one number and its slope.</summary>
    private interface IFunction
    {
        static abstract T Apply(T x, out T slope);
    }

    /// <summary>A function of two numbers.</summary>
    private interface IBinary
    {
        static abstract T Apply(T a, T b);
    }

    internal override void Finish(in Epilogue epilogue, float* c, nint cRow, int row, int rows, int column, int columns)
    {
        if (columns == cRow)
        {
            // Whole rows lie one after another: one long run.
            (columns, rows) = (columns * rows, 1);
        }

        for (int i = 0; i < rows; i++)
        {
            nint start = ((row + i) * cRow) + column;
            float* addend = epilogue.Addend == null ? null : epilogue.Addend + start;
            float* residual = epilogue.Residual == null ? null : epilogue.Residual + start;
            float* slope = epilogue.Slope == null ? null : epilogue.Slope + start;
            if (epilogue.Dropping.Rate > 0)
                FinishAndDrop(epilogue, start, c + start, addend, residual, slope, columns);
            else
                Finish(epilogue.Activation, c + start, c + start, addend, residual, slope, columns);
        }
    }

    /// <summary>
    /// Elements start to start + n - 1 of a matrix, with their draws made beside them a few groups at a time, from the start of the
    /// group that the first is in. Only training drops, so there is always a slope.
    /// </summary>
    private void FinishAndDrop(in Epilogue epilogue, nint start, float* y, float* addend, float* residual, float* slope, nint n)
    {
        const int Group = 4 * Block, Groups = 4;
        float* draws = stackalloc float[Groups * Group];
        for (nint i = 0, count; i < n; i += count)
        {
            int skipped = (int)((start + i) % Group);
            count = Math.Min(n - i, (Groups * Group) - skipped);
            Random(epilogue.Dropping.Random, normal: false, (ulong)(start + i - skipped), draws, (skipped + count + Group - 1) / Group);
            Finish(
                epilogue.Activation, y + i, y + i, addend == null ? null : addend + i, residual == null ? null : residual + i, slope + i, count,
                draws + skipped, epilogue.Dropping.Rate, epilogue.Dropping.Kept);
        }
    }

    internal override void Activate(Activation activation, float* x, float* y, float* slope, nint n) =>
        Finish(activation, x, y, null, null, slope, n);

    internal override void Combine(ArithmeticKind kind, float* a, float* b, float* y, nint n, bool accumulate)
    {
        switch (kind)
        {
            case ArithmeticKind.Add:
                Zip<Addition>(a, b, y, n, accumulate);
                break;
            case ArithmeticKind.Subtract:
                Zip<Subtraction>(a, b, y, n, accumulate);
                break;
            default:
                Zip<Multiplication>(a, b, y, n, accumulate);
                break;
        }
    }

    internal override void Combine(ArithmeticKind kind, float* a, float b, float* y, nint n, bool accumulate)
    {
        switch (kind)
        {
            case ArithmeticKind.Add:
                Zip<Addition>(a, b, y, n, accumulate);
                break;
            case ArithmeticKind.Subtract:
                Zip<Subtraction>(a, b, y, n, accumulate);
                break;
            default:
                Zip<Multiplication>(a, b, y, n, accumulate);
                break;
        }
    }

    internal override void Dropout(float* x, float* factors, float* y, float rate, float kept, nint n)
    {
        T keptLanes = TLanes.Create(kept), zero = TLanes.Create(0), rateLanes = TLanes.Create(rate);
        for (nint i = 0; i < n; i += Block)
        {
            int count = (int)Math.Min(n - i, Block);
            T f = TLanes.WhereGreater(rateLanes, Read(factors + i, count), zero, keptLanes);
            Write(factors + i, f, count);
            Write(y + i, TLanes.Multiply(Read(x + i, count), f), count);
        }
    }

    internal override void Adam(in AdamStep step, float* value, float* gradient, float* mean, float* square, nint n)
    {
        T scale = TLanes.Create(step.GradientScale), meanShare = TLanes.Create(step.MeanShare), squareShare = TLanes.Create(step.SquareShare);
        T minusStep = TLanes.Create(-step.StepSize), root = TLanes.Create(step.RootCorrection), epsilon = TLanes.Create(step.Epsilon);
        T keep = TLanes.Create(step.Keep);
        for (nint i = 0; i < n; i += Block)
        {
            int count = (int)Math.Min(n - i, Block);
            T g = TLanes.Multiply(Read(gradient + i, count), scale);
            T m = Read(mean + i, count);
            T v = Read(square + i, count);
            m = TLanes.MultiplyAdd(meanShare, TLanes.Subtract(g, m), m);
            v = TLanes.MultiplyAdd(squareShare, TLanes.Subtract(TLanes.Multiply(g, g), v), v);
            T change = TLanes.Divide(m, TLanes.MultiplyAdd(TLanes.Sqrt(v), root, epsilon));
            T w = TLanes.MultiplyAdd(minusStep, change, TLanes.Multiply(Read(value + i, count), keep));
            Write(mean + i, m, count);
            Write(square + i, v, count);
            Write(value + i, w, count);
        }
    }

    internal override void Average(float* average, float* value, float share, nint n)
    {
        T s = TLanes.Create(share);
        for (nint i = 0; i < n; i += Block)
        {
            int count = (int)Math.Min(n - i, Block);
            T a = Read(average + i, count);
            Write(average + i, TLanes.MultiplyAdd(s, TLanes.Subtract(Read(value + i, count), a), a), count);
        }
    }

    private static void Finish(
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
            case Activation.None:
                Map<Identity>(x, y, addend, residual, slope, n, draws, rate, kept);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(activation), activation, "There is no such activation.");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Map<TFunction>(
        float* x, float* y, float* addend, float* residual, float* slope, nint n, float* draws, float rate, float kept)
        where TFunction : struct, IFunction
    {
        T keptLanes = TLanes.Create(kept), zero = TLanes.Create(0), rateLanes = TLanes.Create(rate);
        for (nint i = 0; i < n; i += Block)
        {
            int count = (int)Math.Min(n - i, Block);
            T z = Read(x + i, count);
            if (addend != null)
                z = TLanes.Add(z, Read(addend + i, count));
            z = TFunction.Apply(z, out T d);
            if (draws != null)
            {
                T draw = Read(draws + i, count);
                z = TLanes.Multiply(z, TLanes.WhereGreater(rateLanes, draw, zero, keptLanes));
                d = TLanes.WhereGreater(rateLanes, draw, zero, d);
            }

            if (slope != null)
                Write(slope + i, d, count);
            if (residual != null)
                z = TLanes.Add(z, Read(residual + i, count));
            Write(y + i, z, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Zip<TBinary>(float* a, float* b, float* y, nint n, bool accumulate)
        where TBinary : struct, IBinary
    {
        for (nint i = 0; i < n; i += Block)
        {
            int count = (int)Math.Min(n - i, Block);
            T value = TBinary.Apply(Read(a + i, count), Read(b + i, count));
            if (accumulate)
                value = TLanes.Add(Read(y + i, count), value);
            Write(y + i, value, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Zip<TBinary>(float* a, float b, float* y, nint n, bool accumulate)
        where TBinary : struct, IBinary
    {
        T second = TLanes.Create(b);
        for (nint i = 0; i < n; i += Block)
        {
            int count = (int)Math.Min(n - i, Block);
            T value = TBinary.Apply(Read(a + i, count), second);
            if (accumulate)
                value = TLanes.Add(Read(y + i, count), value);
            Write(y + i, value, count);
        }
    }

    /// <summary>A block, or the part of one that is left; the other lanes are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Read(float* source, int count) =>
        count == Block ? TLanes.Load(source) : TLanes.LoadPartial(source, count, TLanes.Create(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(float* target, T value, int count)
    {
        if (count == Block)
            TLanes.Store(target, value);
        else
            TLanes.StorePartial(target, value, count);
    }

    private readonly struct Addition : IBinary
    {
        public static T Apply(T a, T b) => TLanes.Add(a, b);
    }

    private readonly struct Subtraction : IBinary
    {
        public static T Apply(T a, T b) => TLanes.Subtract(a, b);
    }

    private readonly struct Multiplication : IBinary
    {
        public static T Apply(T a, T b) => TLanes.Multiply(a, b);
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
}
