using Microsoft.ML.Diffusion.Models.Neighbors;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Methods.Smote;

/// <summary>The rows of one class, or all rows, with standardised numbers, to find neighbours among.</summary>
internal sealed class SmoteRows
{
    private readonly RowBlocks _scaled;

    /// <param name="rows">Their places in the table, ascending.</param>
    /// <param name="table">The table.</param>
    /// <param name="summaries">Of every column.</param>
    /// <param name="label">A column that does not count.</param>
    public SmoteRows(int[] rows, Table table, ColumnSummary[] summaries, int? label)
    {
        Rows = rows;
        _scaled = new RowBlocks(rows.Length, summaries.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            for (int column = 0; column < summaries.Length; column++)
                _scaled[i, column] = column == label ? 0 : Scale(table[rows[i], column], table.Columns[column].Kind, summaries[column]);
        }
    }

    /// <summary>Their places in the table, ascending.</summary>
    public int[] Rows { get; }

    /// <summary>The rows nearest to one of these, nearest first; of equally near ones those that come first in the table.</summary>
    /// <param name="row">Its place in the table.</param>
    /// <param name="isNumeric">Of every column.</param>
    /// <param name="nearest">Receives places in the table.</param>
    /// <param name="distances">Receives squared distances.</param>
    /// <param name="sums">Room for <see cref="RowBlocks.BlockRows"/> distances.</param>
    /// <returns>How many were found.</returns>
    public int Nearest(int row, bool[] isNumeric, int[] nearest, float[] distances, float[] sums)
    {
        int place = Array.BinarySearch(Rows, row);
        Span<float> own = stackalloc float[64];
        own = _scaled.Width <= own.Length ? own[.._scaled.Width] : new float[_scaled.Width];
        _scaled.CopyRow(place, own);
        var found = new NearestRows(nearest, distances);
        found.Search(own, isNumeric, _scaled, except: place, sums);
        for (int i = 0; i < found.Count; i++)
            nearest[i] = Rows[nearest[i]];
        return found.Count;
    }

    // A missing number counts as the mean, a missing category as one of its own.
    private static float Scale(double value, ColumnKind kind, ColumnSummary summary)
    {
        if (kind != ColumnKind.Numeric)
            return (float)value;
        double size = summary.Deviation > 0 ? summary.Deviation : 1;
        return double.IsNaN(value) ? 0 : (float)((value - summary.BestGuess) / size);
    }
}
