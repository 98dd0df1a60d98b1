using System.Runtime.InteropServices;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Amputation;

/// <summary>Hides a fixed share of the observed cells of every column.</summary>
internal sealed class ColumnAmputation(int width, double rate, ulong seed) : BlockAmputation
{
    // Of every column a bit a row: observed cells while looking, hidden ones afterwards.
    private readonly List<ulong>[] _bits = [.. Enumerable.Range(0, width).Select(_ => new List<ulong>())];

    public override int Passes => 1;

    public override void Look(Table block, long first, int pass)
    {
        for (int column = 0; column < width; column++)
        {
            List<ulong> bits = _bits[column];
            for (int row = 0; row < block.RowCount; row++)
            {
                long number = first + row;
                if (number / 64 == bits.Count)
                    bits.Add(0);
                if (!double.IsNaN(block[row, column]))
                    bits[(int)(number / 64)] |= 1UL << (int)(number % 64);
            }
        }
    }

    public override void EndPass(int pass)
    {
        List<int> observed = [];
        for (int column = 0; column < width; column++)
        {
            observed.Clear();
            List<ulong> bits = _bits[column];
            for (int row = 0; row < 64L * bits.Count; row++)
            {
                if (IsSet(bits, row))
                    observed.Add(row);
            }

            CollectionsMarshal.AsSpan(bits).Clear();
            var random = new Philox(seed, (ulong)AmputationStream.Cells).Fork((ulong)column);
            foreach (int row in Choose(CollectionsMarshal.AsSpan(observed), rate, random))
                bits[row / 64] |= 1UL << (row % 64);
        }
    }

    public override void Hide(Table block, long first)
    {
        for (int column = 0; column < width; column++)
        {
            for (int row = 0; row < block.RowCount; row++)
            {
                if (IsSet(_bits[column], first + row))
                    block[row, column] = double.NaN;
            }
        }
    }

    private static bool IsSet(List<ulong> bits, long row) => (bits[(int)(row / 64)] >> (int)(row % 64) & 1) != 0;
}
