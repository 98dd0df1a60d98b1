using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The loops of group normalisation over the positions of a row.</summary>
/// <remarks>Lane i is one column, in one position after another: what belongs to a column stays in its lane, and sums go down the positions
/// in their order. Two blocks of columns go side by side, so that no sum waits for the one before.</remarks>
internal static unsafe class GroupNormLoops<TLanes, T>
    where TLanes : struct, ILanes<T>
    where T : struct
{
    private const int Block = ILanes<T>.Count;

    /// <summary>What is summed.</summary>
    internal interface ITerm
    {
        /// <param name="x">The elements.</param>
        /// <param name="mean">Of each column; nothing where none is given.</param>
        /// <param name="dy">Elements beside those of x; nothing where none are given.</param>
        static abstract T Of(T x, T mean, T dy);
    }

    /// <summary>sum = the sum of a term over the positions, for each column.</summary>
    /// <param name="x">[length, columns].</param>
    /// <param name="mean">[columns], or null.</param>
    /// <param name="dy">[length, columns], or null.</param>
    /// <param name="sum">Receives [columns].</param>
    /// <param name="length">How many positions.</param>
    /// <param name="columns">How many columns.</param>
    [MethodImpl(IKernel.Loop)]
    internal static void Run<TTerm>(float* x, float* mean, float* dy, float* sum, int length, int columns)
        where TTerm : struct, ITerm
    {
        T zero = TLanes.Create(0);
        int c = 0;
        for (; c <= columns - (2 * Block); c += 2 * Block)
        {
            T m0 = mean == null ? zero : TLanes.Load(mean + c), m1 = mean == null ? zero : TLanes.Load(mean + c + Block);
            T s0 = zero, s1 = zero;
            nint at = c;
            for (int position = 0; position < length; position++, at += columns)
            {
                T d0 = dy == null ? zero : TLanes.Load(dy + at), d1 = dy == null ? zero : TLanes.Load(dy + at + Block);
                s0 = TLanes.Add(s0, TTerm.Of(TLanes.Load(x + at), m0, d0));
                s1 = TLanes.Add(s1, TTerm.Of(TLanes.Load(x + at + Block), m1, d1));
            }

            TLanes.Store(sum + c, s0);
            TLanes.Store(sum + c + Block, s1);
        }

        for (; c < columns; c += Block)
        {
            int count = Math.Min(Block, columns - c);
            T m = mean == null ? zero : TLanes.Load(mean + c, count), s = zero;
            nint at = c;
            for (int position = 0; position < length; position++, at += columns)
            {
                T d = dy == null ? zero : TLanes.Load(dy + at, count);
                s = TLanes.Add(s, TTerm.Of(TLanes.Load(x + at, count), m, d));
            }

            TLanes.Store(sum + c, s, count);
        }
    }

    /// <summary>y = b + x a, with one a and b for each column.</summary>
    [MethodImpl(IKernel.Loop)]
    internal static void Scale(float* x, float* a, float* b, float* y, int length, int columns)
    {
        for (int c = 0; c < columns; c += Block)
        {
            int count = Math.Min(Block, columns - c);
            T factor = TLanes.Load(a + c, count), offset = TLanes.Load(b + c, count);
            nint at = c;
            for (int position = 0; position < length; position++, at += columns)
                TLanes.Store(y + at, TLanes.Add(offset, TLanes.Multiply(TLanes.Load(x + at, count), factor)), count);
        }
    }

    /// <summary>dx (+)= q + x p + dy a, with one p, q and a for each column.</summary>
    [MethodImpl(IKernel.Loop)]
    internal static void Scale(float* x, float* p, float* q, float* dy, float* a, float* dx, int length, int columns, bool accumulate)
    {
        for (int c = 0; c < columns; c += Block)
        {
            int count = Math.Min(Block, columns - c);
            T own = TLanes.Load(a + c, count), factor = TLanes.Load(p + c, count), offset = TLanes.Load(q + c, count);
            nint at = c;
            for (int position = 0; position < length; position++, at += columns)
            {
                T value = accumulate ? TLanes.Add(TLanes.Load(dx + at, count), offset) : offset;
                value = TLanes.Add(value, TLanes.Multiply(TLanes.Load(x + at, count), factor));
                TLanes.Store(dx + at, TLanes.Add(value, TLanes.Multiply(TLanes.Load(dy + at, count), own)), count);
            }
        }
    }

    /// <summary>x.</summary>
    internal readonly struct Sum : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Of(T x, T mean, T dy) => x;
    }

    /// <summary>(x - mean)^2.</summary>
    internal readonly struct Squares : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Of(T x, T mean, T dy)
        {
            T difference = TLanes.Subtract(x, mean);
            return TLanes.Multiply(difference, difference);
        }
    }

    /// <summary>(x - mean) dy.</summary>
    internal readonly struct Products : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Of(T x, T mean, T dy) => TLanes.Multiply(TLanes.Subtract(x, mean), dy);
    }
}
