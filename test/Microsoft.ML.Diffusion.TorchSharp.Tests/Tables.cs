using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.TorchSharp.Tests;

/// <summary>Simulated tables.</summary>
internal static class Tables
{
    /// <summary>Two numbers of which the second follows the first, and two categories that follow them; a tenth is missing where
    /// <paramref name="isComplete"/> is not set.</summary>
    public static Table Mixed(int rows, bool isComplete = true)
    {
        TableColumn[] columns =
        [
            TableColumn.Numeric("x"),
            TableColumn.Numeric("y"),
            TableColumn.Categorical("sign", "minus", "plus"),
            TableColumn.Categorical("third", "a", "b", "c"),
        ];
        Table table = new(columns, rows);
        for (int row = 0; row < rows; row++)
        {
            Philox own = new(8, (ulong)row);
            double x = own.Normal(0), y = (0.8 * x) + (0.6 * own.Normal(64));
            double[] cells = [x, y, x > 0 ? 1 : 0, y < -0.4 ? 0 : y < 0.4 ? 1 : 2];
            for (int i = 0; i < cells.Length; i++)
                table[row, i] = !isComplete && own.Uniform((ulong)(128 + i)) < 0.1 ? double.NaN : cells[i];
        }
        return table;
    }
}
