using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.Diffusion.Models.Neighbors;

/// <summary>Distances of one row to many, column by column: the kernels of every nearest-neighbour search. NaN is missing.</summary>
/// <remarks>A vector holds one column of sixteen rows, one row in each lane, and the sums of those rows lie in the same lanes of another
/// vector. So a row's terms are added one after the other, in the order of the columns, and no sum depends on the width of the
/// processor's vectors. A comparison gives a lane of all ones or all zeros; combined with 1 by "and" it becomes 1 or 0.</remarks>
internal static class RowDistances
{
    private static readonly int s_lanes = Vector512<float>.Count;

    /// <summary>Adds (column - value)² * scale to the distances, and 1 to the shared columns, where the column is known.</summary>
    public static void AddSquared(ReadOnlySpan<float> column, float value, float scale, Span<float> distances, Span<float> shared)
    {
        ref float from = ref MemoryMarshal.GetReference(column);
        ref float sums = ref MemoryMarshal.GetReference(distances);
        ref float counts = ref MemoryMarshal.GetReference(shared);
        int i = 0;
        for (; i <= column.Length - s_lanes; i += s_lanes)
        {
            Vector512<float> values = Vector512.LoadUnsafe(ref from, (nuint)i);
            Vector512<float> known = Vector512.Equals(values, values);
            Vector512<float> difference = values - Vector512.Create(value);
            (Vector512.LoadUnsafe(ref sums, (nuint)i) + (known & (difference * difference * scale))).StoreUnsafe(ref sums, (nuint)i);
            (Vector512.LoadUnsafe(ref counts, (nuint)i) + (known & Vector512<float>.One)).StoreUnsafe(ref counts, (nuint)i);
        }
        for (; i < column.Length; i++)
        {
            if (float.IsNaN(column[i]))
                continue;
            float difference = column[i] - value;
            distances[i] += difference * difference * scale;
            shared[i]++;
        }
    }

    /// <summary>Adds 1 to the distances where the column's category is another, and 1 to the shared columns where it is known.</summary>
    public static void AddUnequal(ReadOnlySpan<float> column, float value, Span<float> distances, Span<float> shared)
    {
        ref float from = ref MemoryMarshal.GetReference(column);
        ref float sums = ref MemoryMarshal.GetReference(distances);
        ref float counts = ref MemoryMarshal.GetReference(shared);
        int i = 0;
        for (; i <= column.Length - s_lanes; i += s_lanes)
        {
            Vector512<float> values = Vector512.LoadUnsafe(ref from, (nuint)i);
            Vector512<float> known = Vector512.Equals(values, values) & Vector512<float>.One;
            Vector512<float> same = Vector512.Equals(values, Vector512.Create(value)) & Vector512<float>.One;
            (Vector512.LoadUnsafe(ref sums, (nuint)i) + known - same).StoreUnsafe(ref sums, (nuint)i);
            (Vector512.LoadUnsafe(ref counts, (nuint)i) + known).StoreUnsafe(ref counts, (nuint)i);
        }
        for (; i < column.Length; i++)
        {
            float known = float.IsNaN(column[i]) ? 0 : 1, same = column[i] == value ? 1 : 0;
            distances[i] = distances[i] + known - same;
            shared[i] += known;
        }
    }

    /// <summary>Adds (column - value)² to the distances, and 1 where one of the two is missing; two missing numbers are equal.</summary>
    public static void AddSquaredOrMissing(ReadOnlySpan<float> column, float value, Span<float> distances)
    {
        if (float.IsNaN(value))
        {
            AddUnequalOrMissing(column, value, distances);
            return;
        }
        ref float from = ref MemoryMarshal.GetReference(column);
        ref float sums = ref MemoryMarshal.GetReference(distances);
        int i = 0;
        for (; i <= column.Length - s_lanes; i += s_lanes)
        {
            Vector512<float> values = Vector512.LoadUnsafe(ref from, (nuint)i);
            Vector512<float> difference = values - Vector512.Create(value);
            Vector512<float> known = Vector512.Equals(values, values);
            Vector512<float> term = Vector512.ConditionalSelect(known, difference * difference, Vector512<float>.One);
            (Vector512.LoadUnsafe(ref sums, (nuint)i) + term).StoreUnsafe(ref sums, (nuint)i);
        }
        for (; i < column.Length; i++)
        {
            float difference = column[i] - value;
            distances[i] += float.IsNaN(column[i]) ? 1 : difference * difference;
        }
    }

    /// <summary>Adds 1 to the distances where the column's category is another, or one of the two is missing; two missing cells are
    /// equal.</summary>
    public static void AddUnequalOrMissing(ReadOnlySpan<float> column, float value, Span<float> distances)
    {
        bool isMissing = float.IsNaN(value);
        ref float from = ref MemoryMarshal.GetReference(column);
        ref float sums = ref MemoryMarshal.GetReference(distances);
        int i = 0;
        for (; i <= column.Length - s_lanes; i += s_lanes)
        {
            Vector512<float> values = Vector512.LoadUnsafe(ref from, (nuint)i);
            Vector512<float> same = isMissing ? ~Vector512.Equals(values, values) : Vector512.Equals(values, Vector512.Create(value));
            (Vector512.LoadUnsafe(ref sums, (nuint)i) + (~same & Vector512<float>.One)).StoreUnsafe(ref sums, (nuint)i);
        }
        for (; i < column.Length; i++)
            distances[i] += (isMissing ? float.IsNaN(column[i]) : column[i] == value) ? 0 : 1;
    }

    /// <summary>Divides by the number of shared columns; infinitely far where there are none.</summary>
    public static void Divide(Span<float> distances, ReadOnlySpan<float> shared)
    {
        for (int i = 0; i < distances.Length; i++)
            distances[i] = shared[i] > 0 ? distances[i] / shared[i] : float.PositiveInfinity;
    }
}
