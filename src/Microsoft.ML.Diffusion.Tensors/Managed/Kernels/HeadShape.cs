using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The sizes of one attention head of one row, whose queries, keys and values lie side by side in each token's row.</summary>
/// <param name="Tokens">Tokens of the row.</param>
/// <param name="Channels">Columns of all heads together; keys start this far after queries, values after keys.</param>
/// <param name="Width">Columns of the head.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HeadShape(int Tokens, int Channels, int Width)
{
    /// <summary>From one token's queries to the next one's.</summary>
    internal int Stride => 3 * Channels;

    /// <summary>The tokens, rounded up to whole blocks of lanes.</summary>
    internal int Padded => (Tokens + 15) / 16 * 16;

    /// <summary>What scores are multiplied with: 1 / sqrt(width) (Vaswani et al. 2017, section 3.2.1).</summary>
    internal float Scale => 1 / MathF.Sqrt(Width);

    /// <summary>Floats that one head's weights take.</summary>
    internal int WeightCount => checked(Tokens * Padded);

    /// <summary>Floats that the way forward needs besides.</summary>
    internal int ColumnCount => Width * Padded;

    /// <summary>Floats that the way back needs besides.</summary>
    internal int BackwardCount => checked((3 * ColumnCount) + WeightCount);
}
