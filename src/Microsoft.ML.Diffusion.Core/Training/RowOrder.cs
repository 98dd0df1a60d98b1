using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Core.Training;

/// <summary>Which rows make up which batch: every row once per epoch, in a new random order each time.</summary>
internal sealed class RowOrder(int rows, Philox random)
{
    private readonly int[] _order = new int[rows];
    private long _epoch = -1;
    private long _next;

    /// <summary>Goes to the place after so many rows, so that a step has the same rows whatever was done before it.</summary>
    public void Seek(long rows) => _next = rows;

    /// <summary>The next row.</summary>
    public int Next()
    {
        long epoch = _next / rows;
        if (epoch != _epoch)
        {
            random.Fork((ulong)epoch).Permutation(_order);
            _epoch = epoch;
        }
        return _order[_next++ % rows];
    }
}
