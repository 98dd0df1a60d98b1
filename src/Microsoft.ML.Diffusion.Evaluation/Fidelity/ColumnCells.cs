using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Fidelity;

/// <summary>One column of a table on its own. A cell that the column cannot hold counts as missing.</summary>
internal sealed class ColumnCells
{
    private ColumnCells(TableColumn column, double[] values)
    {
        Column = column;
        Values = values;
        Sorted = [.. values.Where(value => !double.IsNaN(value))];
        Array.Sort(Sorted);
    }

    public TableColumn Column { get; }

    public bool IsNumeric => Column.Kind == ColumnKind.Numeric;

    /// <summary>The cells in the order of the rows; NaN is missing.</summary>
    public double[] Values { get; }

    /// <summary>The cells that are not missing, in increasing order.</summary>
    public double[] Sorted { get; }

    public bool IsConstant => Sorted.Length == 0 || Sorted[0] == Sorted[^1];

    public static ColumnCells[] Of(Table table)
    {
        var columns = new ColumnCells[table.Columns.Count];
        ParallelLoop.Run(columns.Length, column =>
        {
            double[] values = new double[table.RowCount];
            for (int row = 0; row < values.Length; row++)
                values[row] = table.Columns[column].Holds(table[row, column]) ? table[row, column] : double.NaN;
            columns[column] = new ColumnCells(table.Columns[column], values);
        });
        return columns;
    }

    /// <summary>How many cells hold each category.</summary>
    public int[] Counts()
    {
        int[] counts = new int[Column.Categories.Count];
        foreach (double code in Sorted)
            counts[(int)code]++;
        return counts;
    }

    /// <summary>The share of each category among the cells that are not missing; zeros where all are.</summary>
    public double[] Shares() => [.. Counts().Select(count => count / (double)Math.Max(1, Sorted.Length))];
}
