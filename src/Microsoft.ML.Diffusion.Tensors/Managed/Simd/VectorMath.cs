using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>exp, log and their kin on sixteen lanes, as polynomials: the same operations, so the same bits, on every processor.</summary>
/// <remarks>
/// The coefficients are Chebyshev fits of our own, rounded to 32 bits. "ulp" below is a unit in the last place of a 32-bit float.
/// </remarks>
internal static class VectorMath<TLanes, T>
    where TLanes : struct, ILanes<T>
    where T : struct
{
    /// <summary>1.5 2^23: adding it to a number of moderate size rounds that to a whole number, kept in the lowest bits.</summary>
    private const float RoundingShift = 12582912;

    /// <summary>e^x to 2 ulp, for x between -86.6 and 88.3; x is moved into that range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Exp(T x)
    {
        x = Min(Max(x, TLanes.Create(-86.6f)), TLanes.Create(88.3f));

        // x = n ln 2 + r with |r| at most ln(2)/2; ln 2 in two parts, the first with few enough bits for n times it to be exact.
        T shifted = TLanes.MultiplyAdd(x, TLanes.Create(1.44269502f), TLanes.Create(RoundingShift));
        T n = TLanes.Subtract(shifted, TLanes.Create(RoundingShift));
        T r = TLanes.MultiplyAdd(n, TLanes.Create(-0.693359375f), x);
        r = TLanes.MultiplyAdd(n, TLanes.Create(2.12194442e-4f), r);

        // e^r = 1 + r + r^2 P(r), then times 2^n.
        T p = TLanes.MultiplyAdd(TLanes.Create(1.39262504e-3f), r, TLanes.Create(8.36323295e-3f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(0.0416665524f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(0.166665763f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(0.5f));
        T e = TLanes.MultiplyAdd(TLanes.Multiply(r, r), p, r);
        return TLanes.ScaleByPowerOfTwo(TLanes.Add(e, TLanes.Create(1)), shifted);
    }

    /// <summary>The natural logarithm of a positive normal number, to 2 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Log(T x)
    {
        // x = m 2^n with m in [1/sqrt 2, sqrt 2), so that log m has no cancellation with n ln 2 near x = 1.
        T m = TLanes.SplitExponent(x, out T n);
        T halved = TLanes.Multiply(m, TLanes.Create(0.5f));
        T next = TLanes.Add(n, TLanes.Create(1));
        T root = TLanes.Create(1.41421356f);
        n = TLanes.WhereGreater(m, root, next, n);
        m = TLanes.WhereGreater(m, root, halved, m);

        // log(1 + f) = f - f^2 / 2 + f^3 Q(f).
        T f = TLanes.Subtract(m, TLanes.Create(1));
        T q = TLanes.MultiplyAdd(TLanes.Create(0.0697161183f), f, TLanes.Create(-0.114797339f));
        q = TLanes.MultiplyAdd(q, f, TLanes.Create(0.116854198f));
        q = TLanes.MultiplyAdd(q, f, TLanes.Create(-0.124256872f));
        q = TLanes.MultiplyAdd(q, f, TLanes.Create(0.142490581f));
        q = TLanes.MultiplyAdd(q, f, TLanes.Create(-0.166678026f));
        q = TLanes.MultiplyAdd(q, f, TLanes.Create(0.200007156f));
        q = TLanes.MultiplyAdd(q, f, TLanes.Create(-0.249999970f));
        q = TLanes.MultiplyAdd(q, f, TLanes.Create(0.333333313f));
        T square = TLanes.Multiply(f, f);
        T small = TLanes.MultiplyAdd(TLanes.Multiply(square, f), q, TLanes.Multiply(n, TLanes.Create(-2.12194442e-4f)));
        small = TLanes.MultiplyAdd(square, TLanes.Create(-0.5f), small);
        return TLanes.MultiplyAdd(n, TLanes.Create(0.693359375f), TLanes.Add(f, small));
    }

    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Sigmoid(T x)
    {
        T one = TLanes.Create(1);
        return TLanes.Divide(one, TLanes.Add(one, Exp(TLanes.Subtract(TLanes.Create(0), x))));
    }

    /// <summary>The hyperbolic tangent to 3 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Tanh(T x)
    {
        // Near zero x + x^3 P(x^2); elsewhere 1 - 2 / (e^2|x| + 1) with the sign of x.
        T square = TLanes.Multiply(x, x);
        T p = TLanes.MultiplyAdd(TLanes.Create(-6.09671418e-3f), square, TLanes.Create(0.0209971797f));
        p = TLanes.MultiplyAdd(p, square, TLanes.Create(-0.0538509078f));
        p = TLanes.MultiplyAdd(p, square, TLanes.Create(0.133327693f));
        p = TLanes.MultiplyAdd(p, square, TLanes.Create(-0.333333284f));
        T near = TLanes.MultiplyAdd(TLanes.Multiply(square, x), p, x);

        T zero = TLanes.Create(0);
        T one = TLanes.Create(1);
        T absolute = TLanes.WherePositive(x, x, TLanes.Subtract(zero, x));
        T far = TLanes.Divide(TLanes.Create(2), TLanes.Add(Exp(TLanes.Add(absolute, absolute)), one));
        far = TLanes.Subtract(one, far);
        far = TLanes.WherePositive(x, far, TLanes.Subtract(zero, far));
        return TLanes.WhereGreater(absolute, TLanes.Create(0.625f), far, near);
    }

    /// <summary>sin(2 pi v) and cos(2 pi v) for v from 0 to 1, absolute error below 1e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T SinCosOfTurn(T v, out T cosine)
    {
        // v = quarter / 4 + r with |r| at most 1/8 of a turn.
        T shifted = TLanes.MultiplyAdd(v, TLanes.Create(4), TLanes.Create(RoundingShift));
        T quarter = TLanes.Subtract(shifted, TLanes.Create(RoundingShift));
        T r = TLanes.MultiplyAdd(quarter, TLanes.Create(-0.25f), v);
        T z = TLanes.Multiply(r, r);

        T s = TLanes.MultiplyAdd(TLanes.Create(-75.4016113f), z, TLanes.Create(81.5925446f));
        s = TLanes.MultiplyAdd(s, z, TLanes.Create(-41.3416634f));
        s = TLanes.Multiply(TLanes.MultiplyAdd(s, z, TLanes.Create(6.28318548f)), r);
        T c = TLanes.MultiplyAdd(TLanes.Create(59.4241066f), z, TLanes.Create(-85.4488220f));
        c = TLanes.MultiplyAdd(c, z, TLanes.Create(64.9393692f));
        c = TLanes.MultiplyAdd(c, z, TLanes.Create(-19.7392082f));
        c = TLanes.MultiplyAdd(c, z, TLanes.Create(1));

        // (sin, cos) of a quarter turn more is (cos, -sin). quarter is 0 to 4.
        T zero = TLanes.Create(0);
        T minusS = TLanes.Subtract(zero, s);
        T minusC = TLanes.Subtract(zero, c);
        T sine = s;
        cosine = c;
        Turn(quarter, 0.5f, c, minusS, ref sine, ref cosine);
        Turn(quarter, 1.5f, minusS, minusC, ref sine, ref cosine);
        Turn(quarter, 2.5f, minusC, s, ref sine, ref cosine);
        Turn(quarter, 3.5f, s, c, ref sine, ref cosine);
        return sine;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Max(T a, T b) => TLanes.WhereGreater(a, b, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Min(T a, T b) => TLanes.WhereGreater(a, b, b, a);

    /// <summary>Takes the new values in the lanes whose quarter is above the bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(T quarter, float bound, T newSine, T newCosine, ref T sine, ref T cosine)
    {
        T limit = TLanes.Create(bound);
        sine = TLanes.WhereGreater(quarter, limit, newSine, sine);
        cosine = TLanes.WhereGreater(quarter, limit, newCosine, cosine);
    }
}
