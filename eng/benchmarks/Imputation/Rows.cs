using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>What is trained on and what is measured on.</summary>
/// <param name="Training">Rows with holes.</param>
/// <param name="Truth">The rows that are measured on, whole.</param>
/// <param name="Amputed">The same with holes.</param>
internal sealed record Rows(Table Training, Table Truth, Table Amputed)
{
    /// <summary>Leaves a share of the rows out of the training and measures on these; 0 trains and measures on all.</summary>
    public static Rows Split(Table truth, Table amputed, double unseen, ulong seed)
    {
        if (unseen == 0)
            return new Rows(amputed, truth, amputed);
        int[] order = new int[truth.RowCount];
        new Philox(seed).Permutation(order);
        int count = (int)(unseen * order.Length);
        return new Rows(Take(amputed, order.AsSpan(count)), Take(truth, order.AsSpan(0, count)), Take(amputed, order.AsSpan(0, count)));
    }

    /// <summary>Rows of a larger table, chosen at random, always the same; the whole table where it has no more.</summary>
    /// <param name="table">The table.</param>
    /// <param name="count">How many; 0 for all.</param>
    public static Table Sample(Table table, int count)
    {
        if (count <= 0 || count >= table.RowCount)
            return table;
        int[] order = new int[table.RowCount];
        new Philox(0).Permutation(order);
        Array.Sort(order, 0, count);
        return Take(table, order.AsSpan(0, count));
    }

    private static Table Take(Table table, ReadOnlySpan<int> rows)
    {
        Table taken = new(table.Columns, rows.Length);
        for (int i = 0; i < rows.Length; i++)
            table.Row(rows[i]).CopyTo(taken.Row(i));
        return taken;
    }
}
