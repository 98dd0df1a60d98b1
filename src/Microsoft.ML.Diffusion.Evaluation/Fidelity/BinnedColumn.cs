namespace Microsoft.ML.Diffusion.Evaluation.Fidelity;

/// <summary>A column as whole numbers from 0: categories by their codes, numbers by ten bins of equal width between the column's own
/// smallest and largest value, as SDMetrics does. The largest value has a bin of its own, in which missing numbers are too; missing
/// categories are one category more.</summary>
internal sealed class BinnedColumn
{
    private const int Bins = 10;

    private BinnedColumn(int[] codes, int count)
    {
        Codes = codes;
        Count = count;
    }

    /// <summary>A number below <see cref="Count"/> for every row.</summary>
    public int[] Codes { get; }

    public int Count { get; }

    public static BinnedColumn Of(ColumnCells cells)
    {
        if (!cells.IsNumeric)
        {
            int missing = cells.Column.Categories.Count;
            return new([.. cells.Values.Select(value => double.IsNaN(value) ? missing : (int)value)], missing + 1);
        }

        double[] edges = Edges(cells.Sorted);
        return new([.. cells.Values.Select(value => Bin(value, edges))], Bins + 2);
    }

    private static int Bin(double value, double[] edges)
    {
        if (double.IsNaN(value))
            return edges.Length;
        int below = 0;
        while (below < edges.Length && edges[below] <= value)
            below++;
        return below;
    }

    private static double[] Edges(double[] sorted)
    {
        double from = sorted.Length == 0 ? 0 : sorted[0], to = sorted.Length == 0 ? 1 : sorted[^1];
        if (from == to)
            (from, to) = (from - 0.5, to + 0.5);
        double width = (to - from) / Bins;
        return [.. Enumerable.Range(0, Bins).Select(i => (i * width) + from), to];
    }
}
