namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A weight of which every float is zero in its lower half, kept in half the memory: what a single row needs of a weight is read
/// once, so that it takes as long as reading takes.</summary>
/// <remarks>A row of the weight is cut into blocks of two vectors. A block takes one vector of memory: lane i holds the upper half of float i
/// of the first vector below, and that of the second above. So both come out by one operation each, and are what they were.</remarks>
internal static unsafe class ShortWeight
{
    /// <summary>Bits of half a float.</summary>
    internal const int Bits = 16;

    /// <summary>The upper half of a float.</summary>
    internal const uint Upper = 0xFFFF_0000;

    /// <summary>Whether every float is zero in its lower half.</summary>
    internal static bool Is(ReadOnlySpan<float> weight)
    {
        foreach (float value in weight)
        {
            if ((BitConverter.SingleToUInt32Bits(value) & ~Upper) != 0)
                return false;
        }

        return true;
    }

    /// <summary>Numbers of 32 bits that a row takes.</summary>
    /// <param name="columns">Columns of the weight.</param>
    /// <param name="width">Floats in a vector.</param>
    internal static int RowLength(int columns, int width) => (columns + (2 * width) - 1) / (2 * width) * width;

    /// <summary>Lays a weight out.</summary>
    /// <param name="weight">[rows, columns].</param>
    /// <param name="columns">Columns.</param>
    /// <param name="width">Floats in a vector.</param>
    /// <param name="target">Receives the rows, of <see cref="RowLength"/> each; zeros at first.</param>
    internal static void Pack(ReadOnlySpan<float> weight, int columns, int width, uint* target)
    {
        int row = RowLength(columns, width);
        for (int i = 0; i < weight.Length; i++)
        {
            int column = i % columns, within = column % (2 * width);
            uint bits = BitConverter.SingleToUInt32Bits(weight[i]);
            uint* place = target + ((nint)(i / columns) * row) + (column / (2 * width) * width) + (within % width);
            *place |= within < width ? bits >> Bits : bits;
        }
    }
}
