namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Ranges of columns that do not overlap, such as the one-hot columns of each categorical variable.</summary>
public sealed class ColumnGroups
{
    private readonly (int Start, int Length)[] _ranges;

    // Pinned, for kernels that run over them on several threads.
    private readonly int[] _pairs;

    /// <summary>Creates the groups.</summary>
    /// <param name="ranges">First column and number of columns (at least 1) of each group, in ascending order.</param>
    /// <exception cref="ArgumentException">A range is empty, negative or overlaps the one before it.</exception>
    public ColumnGroups(params ReadOnlySpan<(int Start, int Length)> ranges)
    {
        _ranges = ranges.ToArray();
        _pairs = GC.AllocateUninitializedArray<int>(2 * ranges.Length, pinned: true);
        int end = 0;
        for (int i = 0; i < _ranges.Length; i++)
        {
            (int start, int length) = _ranges[i];
            (_pairs[2 * i], _pairs[(2 * i) + 1]) = (start, length);
            if (start < end || length < 1)
                throw new ArgumentException($"A group of {length} columns at column {start} is empty or overlaps the one that ends at {end}.", nameof(ranges));
            end = start + length;
        }

        End = end;
    }

    /// <summary>The number of groups.</summary>
    public int Count => _ranges.Length;

    /// <summary>One past the last column of the last group.</summary>
    public int End { get; }

    /// <summary>First column and number of columns of a group.</summary>
    public (int Start, int Length) this[int group] => _ranges[group];

    /// <summary>Start and length of each group, one after another.</summary>
    internal unsafe int* Pairs => (int*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_pairs, 0);

    /// <summary>Groups that follow each other without gaps.</summary>
    /// <param name="start">The first column of the first group.</param>
    /// <param name="lengths">The number of columns of each group.</param>
    public static ColumnGroups FromLengths(int start, params ReadOnlySpan<int> lengths)
    {
        var ranges = new (int, int)[lengths.Length];
        for (int i = 0; i < lengths.Length; i++)
        {
            ranges[i] = (start, lengths[i]);
            start += lengths[i];
        }

        return new ColumnGroups(ranges);
    }
}
