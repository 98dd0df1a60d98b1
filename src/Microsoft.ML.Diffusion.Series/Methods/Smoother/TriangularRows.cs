using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>Cholesky's factor and what is solved with it, four rows at a time, so that a row is loaded and stored once for four others.
/// Sums run in one order whatever the processor's vectors.</summary>
internal static class TriangularRows
{
    private const int Block = 4;

    // A pivot that rounding has made too small: the answer stays finite, and the direction hardly counts.
    private const double LeastPivot = 1e-12;

    /// <summary>Replaces the upper triangle of A [size, size] by that of U with A = U' U. What is below is left as it is.</summary>
    public static void Factor(Span<double> matrix, int size)
    {
        for (int i = 0; i < size; i += Block)
        {
            int end = Math.Min(i + Block, size);
            for (int row = i; row < end; row++)
            {
                Span<double> own = matrix.Slice(row * size + row, size - row);
                for (int before = i; before < row; before++)
                    Add(own, -matrix[before * size + row], matrix.Slice(before * size + row, size - row));
                double inverse = 1 / Math.Sqrt(Math.Max(own[0], LeastPivot));
                own[0] = Math.Max(own[0], LeastPivot);
                for (int j = 0; j < own.Length; j++)
                    own[j] *= inverse;
            }
            for (int row = end; row < size; row++)
                Subtract(matrix.Slice(row * size + row, size - row), matrix, i, end, size, row, row, size);
        }
    }

    /// <summary>Replaces B [size, columns] by U'^-1 B.</summary>
    /// <param name="factor">What <see cref="Factor"/> left, of a matrix at least as large.</param>
    /// <param name="stride">The size of that matrix.</param>
    /// <param name="rows">B.</param>
    /// <param name="size">The rows of B.</param>
    /// <param name="columns">The columns of B.</param>
    public static void Solve(ReadOnlySpan<double> factor, int stride, Span<double> rows, int size, int columns)
    {
        for (int i = 0; i < size; i += Block)
        {
            int end = Math.Min(i + Block, size);
            for (int row = i; row < end; row++)
            {
                Span<double> own = rows.Slice(row * columns, columns);
                for (int before = i; before < row; before++)
                    Add(own, -factor[before * stride + row], rows.Slice(before * columns, columns));
                double inverse = 1 / factor[row * stride + row];
                for (int j = 0; j < own.Length; j++)
                    own[j] *= inverse;
            }
            for (int row = end; row < size; row++)
            {
                Span<double> own = rows.Slice(row * columns, columns);
                if (end - i == Block)
                {
                    Add(
                        own, -factor[i * stride + row], rows.Slice(i * columns, columns), -factor[(i + 1) * stride + row],
                        rows.Slice((i + 1) * columns, columns), -factor[(i + 2) * stride + row], rows.Slice((i + 2) * columns, columns),
                        -factor[(i + 3) * stride + row], rows.Slice((i + 3) * columns, columns));
                    continue;
                }
                for (int before = i; before < end; before++)
                    Add(own, -factor[before * stride + row], rows.Slice(before * columns, columns));
            }
        }
    }

    /// <summary>Takes the products of a block of rows from a later row.</summary>
    private static void Subtract(Span<double> own, Span<double> matrix, int first, int end, int stride, int row, int from, int to)
    {
        int length = to - from;
        if (end - first == Block)
        {
            int a = first * stride, b = a + stride, c = b + stride, d = c + stride;
            Add(
                own, -matrix[a + row], matrix.Slice(a + from, length), -matrix[b + row], matrix.Slice(b + from, length),
                -matrix[c + row], matrix.Slice(c + from, length), -matrix[d + row], matrix.Slice(d + from, length));
            return;
        }
        for (int before = first; before < end; before++)
            Add(own, -matrix[before * stride + row], matrix.Slice(before * stride + from, length));
    }

    /// <summary>target += factor * source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Span<double> target, double factor, ReadOnlySpan<double> source) =>
        Models.Prediction.DenseMatrix.AddScaled(target, factor, source);

    /// <summary>target += the sum of four products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        Span<double> target, double a, ReadOnlySpan<double> ofA, double b, ReadOnlySpan<double> ofB, double c, ReadOnlySpan<double> ofC,
        double d, ReadOnlySpan<double> ofD)
    {
        int count = target.Length, i = 0;
        ref double to = ref MemoryMarshal.GetReference(target);
        ref double fromA = ref MemoryMarshal.GetReference(ofA[..count]);
        ref double fromB = ref MemoryMarshal.GetReference(ofB[..count]);
        ref double fromC = ref MemoryMarshal.GetReference(ofC[..count]);
        ref double fromD = ref MemoryMarshal.GetReference(ofD[..count]);
        for (; i <= count - Vector512<double>.Count; i += Vector512<double>.Count)
        {
            Vector512<double> sum = Vector512.LoadUnsafe(ref to, (nuint)i);
            sum += Vector512.LoadUnsafe(ref fromA, (nuint)i) * a;
            sum += Vector512.LoadUnsafe(ref fromB, (nuint)i) * b;
            sum += Vector512.LoadUnsafe(ref fromC, (nuint)i) * c;
            sum += Vector512.LoadUnsafe(ref fromD, (nuint)i) * d;
            sum.StoreUnsafe(ref to, (nuint)i);
        }
        for (; i < count; i++)
        {
            double sum = Unsafe.Add(ref to, i) + Unsafe.Add(ref fromA, i) * a;
            sum += Unsafe.Add(ref fromB, i) * b;
            sum += Unsafe.Add(ref fromC, i) * c;
            Unsafe.Add(ref to, i) = sum + Unsafe.Add(ref fromD, i) * d;
        }
    }
}
