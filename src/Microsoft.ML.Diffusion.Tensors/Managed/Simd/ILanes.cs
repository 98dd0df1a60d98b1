namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Sixteen floats side by side ("lanes"), and what can be done to all of them at once.</summary>
/// <remarks>
/// <para>
/// Every kernel but the matrix product is written once, against this interface, and always works on sixteen lanes. What differs
/// between processors is only how many registers hold the sixteen: one of 512 bits (<see cref="Lanes512"/>), two of 256
/// (<see cref="Lanes256"/>), four of 128 (<see cref="Lanes128"/>), or sixteen floats one after another
/// (<see cref="LanesScalar"/>, which is also the plainest description of what each operation means).
/// </para>
/// <para>
/// So a sum over a row is always sixteen partial sums, lane i over the elements i, i + 16, i + 32, ..., that are then folded in
/// one order (<see cref="Sum"/>): the bits of a result do not depend on the processor. The just-in-time compiler makes a copy of
/// each kernel for each implementation, with these calls inlined to single instructions.
/// </para>
/// </remarks>
/// <typeparam name="T">What holds the sixteen lanes.</typeparam>
internal unsafe interface ILanes<T>
    where T : struct
{
    /// <summary>How many floats there are in a <typeparamref name="T"/>.</summary>
    const int Count = 16;

    /// <summary>The same number in every lane.</summary>
    static abstract T Create(float value);

    /// <summary>Sixteen floats from memory.</summary>
    static abstract T Load(float* source);

    /// <summary>Sixteen floats to memory.</summary>
    static abstract void Store(float* target, T value);

    /// <summary>The first <paramref name="count"/> lanes (1 to 16) from memory, the rest zero; touches nothing beyond.</summary>
    static abstract T Load(float* source, int count);

    /// <summary>The first <paramref name="count"/> lanes (1 to 16) from memory, the rest from <paramref name="fill"/>; touches nothing
    /// beyond.</summary>
    static abstract T Load(float* source, int count, T fill);

    /// <summary>The first <paramref name="count"/> lanes (1 to 16) to memory; touches nothing beyond.</summary>
    static abstract void Store(float* target, T value, int count);

    static abstract T Add(T a, T b);

    static abstract T Subtract(T a, T b);

    static abstract T Multiply(T a, T b);

    static abstract T Divide(T a, T b);

    /// <summary>a b + c, rounded once.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);

    static abstract T Sqrt(T a);

    /// <summary>In each lane a where condition > 0, and b elsewhere.</summary>
    static abstract T WherePositive(T condition, T a, T b);

    /// <summary>In each lane a where x > y, and b elsewhere (also where x or y is not a number).</summary>
    static abstract T WhereGreater(T x, T y, T a, T b);

    /// <summary>The sum of all lanes: lanes 8 apart first, then 4, then 2, then 1.</summary>
    static abstract float Sum(T a);

    /// <summary>The greatest lane.</summary>
    static abstract float Max(T a);

    /// <summary>a 2^n, where <paramref name="shifted"/> is n + 1.5 2^23, whose lowest bits are those of n as an integer.</summary>
    static abstract T ScaleByPowerOfTwo(T a, T shifted);

    /// <summary>Splits a positive normal number into a mantissa in [1, 2) and the power of two that it is times.</summary>
    static abstract T SplitExponent(T a, out T exponent);

    // The lanes as 32-bit integers, for random numbers.

    /// <summary>The same bits in every lane.</summary>
    static abstract T CreateBits(uint value);

    /// <summary>first, first + 1, ..., first + 15.</summary>
    static abstract T CreateSequence(uint first);

    static abstract T Xor(T a, T b);

    /// <summary>The 64-bit product of each lane with a constant: its upper half, and its lower half.</summary>
    static abstract T MultiplyWide(T a, uint factor, out T low);

    /// <summary>The upper 24 bits of each lane as a whole number.</summary>
    static abstract T UpperBitsToFloat(T a);
}
