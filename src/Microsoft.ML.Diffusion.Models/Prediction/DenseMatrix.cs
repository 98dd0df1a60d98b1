using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.Diffusion.Models.Prediction;

/// <summary>Small symmetric positive definite systems, row after row in one span. Sums run in one order whatever the
/// processor's vectors, so that the same numbers give the same bits everywhere.</summary>
internal static class DenseMatrix
{
    /// <summary>target += factor * source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddScaled(Span<double> target, double factor, ReadOnlySpan<double> source)
    {
        ref double to = ref MemoryMarshal.GetReference(target);
        ref double from = ref MemoryMarshal.GetReference(source);
        int count = Math.Min(target.Length, source.Length);
        int i = 0;
        for (; i <= count - 8; i += 8)
        {
            Vector512<double> sum = Vector512.LoadUnsafe(ref to, (nuint)i) + (Vector512.LoadUnsafe(ref from, (nuint)i) * factor);
            sum.StoreUnsafe(ref to, (nuint)i);
        }
        for (; i < count; i++)
            Unsafe.Add(ref to, i) += Unsafe.Add(ref from, i) * factor;
    }

    /// <summary>The sum of products, in eight interleaved sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        ref double a = ref MemoryMarshal.GetReference(left);
        ref double b = ref MemoryMarshal.GetReference(right);
        int count = Math.Min(left.Length, right.Length);
        double sum = 0;
        int i = 0;
        if (count >= 8)
        {
            Vector512<double> sums = default;
            for (; i <= count - 8; i += 8)
                sums += Vector512.LoadUnsafe(ref a, (nuint)i) * Vector512.LoadUnsafe(ref b, (nuint)i);
            Vector256<double> halves = sums.GetLower() + sums.GetUpper();
            Vector128<double> quarters = halves.GetLower() + halves.GetUpper();
            sum = quarters.GetElement(0) + quarters.GetElement(1);
        }
        for (; i < count; i++)
            sum += Unsafe.Add(ref a, i) * Unsafe.Add(ref b, i);
        return sum;
    }

    /// <summary>Replaces the upper triangle of A [size, size] by that of U with A = Uᵀ U. What is below is left as it is.</summary>
    /// <remarks>A pivot that rounding has made too small is raised: the answer stays finite, and the direction hardly counts.</remarks>
    public static void Factor(Span<double> matrix, int size)
    {
        for (int i = 0; i < size; i++)
        {
            Span<double> row = matrix.Slice(i * size, size);
            double pivot = Math.Sqrt(Math.Max(row[i], 1e-12));
            row[i] = pivot;
            double inverse = 1 / pivot;
            for (int j = i + 1; j < size; j++)
                row[j] *= inverse;
            for (int k = i + 1; k < size; k++)
                AddScaled(matrix.Slice(k * size + k, size - k), -row[k], row[k..]);
        }
    }

    /// <summary>Solves Uᵀ U x = b in place.</summary>
    /// <param name="factor">What <see cref="Factor"/> left.</param>
    /// <param name="vector">b; receives x.</param>
    public static void Solve(ReadOnlySpan<double> factor, Span<double> vector)
    {
        int size = vector.Length;
        for (int i = 0; i < size; i++)
        {
            double value = vector[i] / factor[i * size + i];
            vector[i] = value;
            AddScaled(vector[(i + 1)..], -value, factor.Slice(i * size + i + 1, size - i - 1));
        }
        for (int i = size - 1; i >= 0; i--)
        {
            double rest = Dot(factor.Slice(i * size + i + 1, size - i - 1), vector[(i + 1)..]);
            vector[i] = (vector[i] - rest) / factor[i * size + i];
        }
    }

    /// <summary>Replaces a symmetric positive definite matrix, of which the upper triangle is read, by its inverse.</summary>
    /// <param name="matrix">[size, size].</param>
    /// <param name="size">Rows and columns.</param>
    /// <param name="row">Room for one row.</param>
    public static void Invert(Span<double> matrix, int size, Span<double> row)
    {
        Factor(matrix, size);
        // The inverse W of U, from the last row up: row i = (e_i - sum over k > i of U_ik row k) / U_ii.
        for (int i = size - 1; i >= 0; i--)
        {
            Span<double> target = matrix.Slice(i * size, size);
            Span<double> sum = row[..size];
            sum[i..].Clear();
            for (int k = i + 1; k < size; k++)
                AddScaled(sum[k..], -target[k], matrix.Slice(k * size + k, size - k));
            double inverse = 1 / target[i];
            target[i] = inverse;
            for (int j = i + 1; j < size; j++)
                target[j] = sum[j] * inverse;
        }
        // W Wᵀ: element (i, j) needs the rows i and j from column j on, so the upper triangle can be overwritten in order.
        for (int i = 0; i < size; i++)
        {
            for (int j = i; j < size; j++)
                matrix[i * size + j] = Dot(matrix.Slice(i * size + j, size - j), matrix.Slice(j * size + j, size - j));
        }
        for (int i = 1; i < size; i++)
        {
            for (int j = 0; j < i; j++)
                matrix[i * size + j] = matrix[j * size + i];
        }
    }
}
