using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Models.Relations;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>Makes what holds between columns hold in rows that are filled in: cells that the observed ones decide are computed before the
/// model sees the row, and the others are changed where they break a relation.</summary>
/// <param name="relations">The relations.</param>
/// <param name="seed">Seed of choices among changes of equal worth.</param>
internal sealed class RelatedRows(RelationSet relations, ulong seed)
{
    // As many rows as a thread takes at once.
    private const int Portion = 256;

    /// <summary>Fills a block of rows.</summary>
    /// <param name="rows">The rows; their missing cells are filled.</param>
    /// <param name="rowIds">What tells each row from others that look the same; empty where rows that look the same are filled alike.
    /// </param>
    /// <param name="complete">Fills what is still missing.</param>
    /// <param name="cancel">Stops the work.</param>
    public void Complete(Table rows, ReadOnlyMemory<ulong> rowIds, Action complete, CancellationToken cancel)
    {
        int width = rows.Columns.Count;
        bool[] isFixed = new bool[checked(rows.RowCount * width)];
        bool[] isIncomplete = new bool[rows.RowCount];
        ForEach(rows.RowCount, row =>
        {
            Determine(rows.Row(row), isFixed.AsSpan(row * width, width));
            isIncomplete[row] = isFixed.AsSpan(row * width, width).Contains(false);
        }, cancel);
        complete();
        ForEach(rows.RowCount, row =>
        {
            if (isIncomplete[row])
                Repair(rows.Row(row), isFixed.AsSpan(row * width, width), rowIds.IsEmpty ? 0 : rowIds.Span[row]);
        }, cancel);
    }

    /// <summary>Computes the cells of a row that others decide, and marks those that are known then.</summary>
    public void Determine(Span<double> row, Span<bool> isFixed)
    {
        relations.Determine(row);
        for (int i = 0; i < row.Length; i++)
            isFixed[i] = !double.IsNaN(row[i]);
    }

    /// <summary>Changes cells that were filled in, where they break a relation.</summary>
    public void Repair(Span<double> row, ReadOnlySpan<bool> isFixed, ulong rowId) => relations.Repair(row, isFixed, seed, unchecked((long)rowId));

    // A row of a pipeline comes alone; it needs no other thread.
    private static void ForEach(int count, Action<int> act, CancellationToken cancel)
    {
        if (count == 1)
        {
            act(0);
            return;
        }

        ParallelLoop.Run((count + Portion - 1) / Portion, portion =>
        {
            for (int row = portion * Portion; row < Math.Min(count, (portion + 1) * Portion); row++)
                act(row);
        }, cancel: cancel);
    }
}
