using System.Runtime.InteropServices;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Amputation;

/// <summary>Hides a fixed share of the observed cells of every row.</summary>
internal sealed class RowAmputation(double rate, ulong seed) : BlockAmputation
{
    public override void Hide(Table block, long first)
    {
        List<int> observed = [];
        for (int row = 0; row < block.RowCount; row++)
        {
            observed.Clear();
            for (int column = 0; column < block.Columns.Count; column++)
            {
                if (!double.IsNaN(block[row, column]))
                    observed.Add(column);
            }

            var random = new Philox(seed, (ulong)AmputationStream.Cells).Fork((ulong)(first + row));
            foreach (int column in Choose(CollectionsMarshal.AsSpan(observed), rate, random))
                block[row, column] = double.NaN;
        }
    }
}
