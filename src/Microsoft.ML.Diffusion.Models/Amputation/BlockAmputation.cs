using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Amputation;

/// <summary>One mechanism on a table in blocks.</summary>
internal abstract class BlockAmputation
{
    /// <summary>How often all blocks must be looked at before the first is amputed.</summary>
    public virtual int Passes => 0;

    /// <summary>Looks at a block in one of the passes.</summary>
    /// <param name="block">The block.</param>
    /// <param name="first">The number of its first row.</param>
    /// <param name="pass">The pass, from 0.</param>
    public virtual void Look(Table block, long first, int pass)
    {
    }

    /// <summary>Ends a pass.</summary>
    public virtual void EndPass(int pass)
    {
    }

    /// <summary>Hides cells of a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="first">The number of its first row.</param>
    public abstract void Hide(Table block, long first);

    /// <summary>Exactly floor(count * rate) of the candidates.</summary>
    protected static ReadOnlySpan<int> Choose(Span<int> candidates, double rate, Philox random)
    {
        random.Shuffle(candidates);
        // The product of an exact count and a decimal rate may fall just short of the whole number it stands for.
        return candidates[..(int)Math.Floor(candidates.Length * rate + 1e-9)];
    }
}
