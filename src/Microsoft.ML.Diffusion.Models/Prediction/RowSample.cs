using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Prediction;

/// <summary>Rows drawn without replacement.</summary>
internal static class RowSample
{
    /// <summary>All rows in order, or a random choice of the most that are wanted, ascending.</summary>
    public static int[] Of(int rows, int most, Philox random)
    {
        int[] order = new int[rows];
        if (rows <= most)
        {
            for (int i = 0; i < rows; i++)
                order[i] = i;
            return order;
        }
        random.Permutation(order);
        int[] chosen = order[..most];
        Array.Sort(chosen);
        return chosen;
    }
}
