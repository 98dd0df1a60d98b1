using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Floats that start on a cache line and never move, padded to whole 64-byte vectors.</summary>
/// <remarks>
/// The garbage collector owns the memory, so nothing needs to be freed; the array is pinned, so a pointer into it stays
/// valid for as long as the buffer is reachable.
/// </remarks>
internal sealed unsafe class AlignedBuffer
{
    internal const int Alignment = 16;

    /// <summary>Room behind the last row of a matrix, whose last vector may be read whole.</summary>
    private const int Slack = 16;

    private readonly float[] _array;
    private readonly int _offset;

    internal AlignedBuffer(int length)
    {
        Length = RoundUp(length);
        _array = GC.AllocateUninitializedArray<float>(Length + Alignment + Slack, pinned: true);
        nuint address = (nuint)Unsafe(_array);
        _offset = (int)((((address + 63) & ~(nuint)63) - address) / sizeof(float));
        Pointer = Unsafe(_array) + _offset;

        _array.AsSpan(_offset + length).Clear();
    }

    /// <summary>The number of floats, a multiple of <see cref="Alignment"/>.</summary>
    internal int Length { get; }

    internal float* Pointer { get; }

    internal Span<float> Span => _array.AsSpan(_offset, Length);

    /// <summary>A span that keeps the array alive, unlike one made from a pointer.</summary>
    internal Span<float> Slice(int start, int length) => _array.AsSpan(_offset + start, length);

    internal void Clear() => Span.Clear();

    internal static int RoundUp(int length) => checked(length + Alignment - 1) & -Alignment;

    private static float* Unsafe(float[] array) => (float*)Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
}
