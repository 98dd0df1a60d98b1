using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Amputation;

/// <summary>Hides every cell of some columns independently.</summary>
internal sealed class CellAmputation(int[] columns, int width, double rate, ulong seed, AmputationStream stream) : BlockAmputation
{
    private readonly Philox _random = new(seed, (ulong)stream);

    public override void Hide(Table block, long first)
    {
        foreach (int column in columns)
        {
            for (int row = 0; row < block.RowCount; row++)
            {
                if (_random.Uniform(((ulong)(first + row) * (ulong)width) + (ulong)column) < rate)
                    block[row, column] = double.NaN;
            }
        }
    }
}
