using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The innermost part of a matrix product: a tile of C of a few rows and a few vectors, kept in registers.</summary>
/// <remarks>
/// <para>
/// C[i, j] = start[i, j] + sum over k of A[i, k] B[k, j], k ascending, each step one fused multiply-add. A vector holds neighbouring
/// columns j of one row, so each element of C is a chain of its own in one lane: no sum ever crosses lanes, and the
/// bits do not depend on the vector's width or the tile's size.
/// </para>
/// <para>
/// For each k: load the tile's vectors of row k of B (up to 3), then for each row i spread A[i, k] over a vector and
/// multiply-add it with each of them. A tile of 8 rows by 3 vectors has 24 independent chains, enough to keep two multipliers of
/// latency 4 busy, and uses 24 + 3 + 1 of AVX-512's 32 registers.
/// </para>
/// <para>
/// Rows and columns are type arguments, so that each size is compiled on its own: the conditions on them are constants to the
/// compiler, and the unused sums vanish.
/// </para>
/// </remarks>
internal static unsafe class Tile<TVector, T, TRows, TColumns>
    where TVector : struct, ITileVector<T>
    where T : struct
    where TRows : struct, INumber
    where TColumns : struct, INumber
{
    /// <param name="a">A[0, 0] of the tile.</param>
    /// <param name="aRow">Bytes from one row of A to the next.</param>
    /// <param name="aStep">Bytes from one k to the next in A.</param>
    /// <param name="b">B[0, 0] of the tile.</param>
    /// <param name="bStep">Floats from one k to the next in B.</param>
    /// <param name="c">C[0, 0] of the tile.</param>
    /// <param name="cRow">Floats from one row of C to the next.</param>
    /// <param name="k">The number of terms in each sum.</param>
    /// <param name="bias">Where each row of C starts from; null for zero.</param>
    /// <param name="accumulate">Whether C starts from what it holds instead.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Run(
        byte* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, nint k, float* bias, bool accumulate)
    {
        nint row1 = aRow, row2 = 2 * aRow, row3 = 3 * aRow, row4 = 4 * aRow, row5 = 5 * aRow, row6 = 6 * aRow, row7 = 7 * aRow;
        T s00 = default, s01 = default, s02 = default;
        if (bias != null)
            LoadRow(bias, ref s00, ref s01, ref s02);
        T s10 = s00, s11 = s01, s12 = s02;
        T s20 = s00, s21 = s01, s22 = s02;
        T s30 = s00, s31 = s01, s32 = s02;
        T s40 = s00, s41 = s01, s42 = s02;
        T s50 = s00, s51 = s01, s52 = s02;
        T s60 = s00, s61 = s01, s62 = s02;
        T s70 = s00, s71 = s01, s72 = s02;
        if (accumulate)
        {
            LoadRow(c, ref s00, ref s01, ref s02);
            if (TRows.Value > 1)
                LoadRow(c + (1 * cRow), ref s10, ref s11, ref s12);
            if (TRows.Value > 2)
                LoadRow(c + (2 * cRow), ref s20, ref s21, ref s22);
            if (TRows.Value > 3)
                LoadRow(c + (3 * cRow), ref s30, ref s31, ref s32);
            if (TRows.Value > 4)
                LoadRow(c + (4 * cRow), ref s40, ref s41, ref s42);
            if (TRows.Value > 5)
                LoadRow(c + (5 * cRow), ref s50, ref s51, ref s52);
            if (TRows.Value > 6)
                LoadRow(c + (6 * cRow), ref s60, ref s61, ref s62);
            if (TRows.Value > 7)
                LoadRow(c + (7 * cRow), ref s70, ref s71, ref s72);
        }

        for (; k > 0; k--)
        {
            T b0 = TVector.Load(b);
            T b1 = TColumns.Value > 1 ? TVector.Load(b + TVector.Width) : default;
            T b2 = TColumns.Value > 2 ? TVector.Load(b + (2 * TVector.Width)) : default;

            T x = TVector.Create(*(float*)a);
            s00 = TVector.MultiplyAdd(x, b0, s00);
            if (TColumns.Value > 1)
                s01 = TVector.MultiplyAdd(x, b1, s01);
            if (TColumns.Value > 2)
                s02 = TVector.MultiplyAdd(x, b2, s02);

            if (TRows.Value > 1)
            {
                x = TVector.Create(*(float*)(a + row1));
                s10 = TVector.MultiplyAdd(x, b0, s10);
                if (TColumns.Value > 1)
                    s11 = TVector.MultiplyAdd(x, b1, s11);
                if (TColumns.Value > 2)
                    s12 = TVector.MultiplyAdd(x, b2, s12);
            }

            if (TRows.Value > 2)
            {
                x = TVector.Create(*(float*)(a + row2));
                s20 = TVector.MultiplyAdd(x, b0, s20);
                if (TColumns.Value > 1)
                    s21 = TVector.MultiplyAdd(x, b1, s21);
                if (TColumns.Value > 2)
                    s22 = TVector.MultiplyAdd(x, b2, s22);
            }

            if (TRows.Value > 3)
            {
                x = TVector.Create(*(float*)(a + row3));
                s30 = TVector.MultiplyAdd(x, b0, s30);
                if (TColumns.Value > 1)
                    s31 = TVector.MultiplyAdd(x, b1, s31);
                if (TColumns.Value > 2)
                    s32 = TVector.MultiplyAdd(x, b2, s32);
            }

            if (TRows.Value > 4)
            {
                x = TVector.Create(*(float*)(a + row4));
                s40 = TVector.MultiplyAdd(x, b0, s40);
                if (TColumns.Value > 1)
                    s41 = TVector.MultiplyAdd(x, b1, s41);
                if (TColumns.Value > 2)
                    s42 = TVector.MultiplyAdd(x, b2, s42);
            }

            if (TRows.Value > 5)
            {
                x = TVector.Create(*(float*)(a + row5));
                s50 = TVector.MultiplyAdd(x, b0, s50);
                if (TColumns.Value > 1)
                    s51 = TVector.MultiplyAdd(x, b1, s51);
                if (TColumns.Value > 2)
                    s52 = TVector.MultiplyAdd(x, b2, s52);
            }

            if (TRows.Value > 6)
            {
                x = TVector.Create(*(float*)(a + row6));
                s60 = TVector.MultiplyAdd(x, b0, s60);
                if (TColumns.Value > 1)
                    s61 = TVector.MultiplyAdd(x, b1, s61);
                if (TColumns.Value > 2)
                    s62 = TVector.MultiplyAdd(x, b2, s62);
            }

            if (TRows.Value > 7)
            {
                x = TVector.Create(*(float*)(a + row7));
                s70 = TVector.MultiplyAdd(x, b0, s70);
                if (TColumns.Value > 1)
                    s71 = TVector.MultiplyAdd(x, b1, s71);
                if (TColumns.Value > 2)
                    s72 = TVector.MultiplyAdd(x, b2, s72);
            }

            a += aStep;
            b += bStep;
        }

        StoreRow(c, s00, s01, s02);
        if (TRows.Value > 1)
            StoreRow(c + (1 * cRow), s10, s11, s12);
        if (TRows.Value > 2)
            StoreRow(c + (2 * cRow), s20, s21, s22);
        if (TRows.Value > 3)
            StoreRow(c + (3 * cRow), s30, s31, s32);
        if (TRows.Value > 4)
            StoreRow(c + (4 * cRow), s40, s41, s42);
        if (TRows.Value > 5)
            StoreRow(c + (5 * cRow), s50, s51, s52);
        if (TRows.Value > 6)
            StoreRow(c + (6 * cRow), s60, s61, s62);
        if (TRows.Value > 7)
            StoreRow(c + (7 * cRow), s70, s71, s72);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadRow(float* source, ref T v0, ref T v1, ref T v2)
    {
        v0 = TVector.Load(source);
        if (TColumns.Value > 1)
            v1 = TVector.Load(source + TVector.Width);
        if (TColumns.Value > 2)
            v2 = TVector.Load(source + (2 * TVector.Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRow(float* target, T v0, T v1, T v2)
    {
        TVector.Store(target, v0);
        if (TColumns.Value > 1)
            TVector.Store(target + TVector.Width, v1);
        if (TColumns.Value > 2)
            TVector.Store(target + (2 * TVector.Width), v2);
    }
}
