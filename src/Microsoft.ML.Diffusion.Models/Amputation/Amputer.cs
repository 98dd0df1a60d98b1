using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Amputation;

/// <summary>Hides observed cells of a table on purpose ("amputation", van Buuren), so that what an imputer makes of them
/// can be measured.</summary>
public static class Amputer
{
    /// <summary>A copy of a table with more cells missing. Cells that are missing already stay so and are not counted.</summary>
    /// <param name="table">The table; left as it is.</param>
    /// <param name="mechanism">Why cells go missing.</param>
    /// <param name="rate">The share of cells to hide, 0 to 1.</param>
    /// <param name="seed">The same seed hides the same cells.</param>
    /// <returns>The table with hidden cells set to NaN.</returns>
    /// <exception cref="ArgumentException">The mechanism needs two columns and the table has one.</exception>
    /// <exception cref="InvalidDataException">A cell is infinite.</exception>
    public static Table Ampute(Table table, MissingnessMechanism mechanism, double rate, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(table);
        var amputer = new BlockAmputer(table.Columns, mechanism, rate, seed);
        for (int pass = 0; pass < amputer.Passes; pass++)
        {
            amputer.Look(table);
            amputer.EndPass();
        }

        Table amputed = table.Clone();
        amputer.Hide(amputed);
        return amputed;
    }
}
