using Microsoft.ML.Diffusion.Evaluation.Privacy;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Utility;

/// <summary>Rows of one or several tables with the same columns, in an order of their own.</summary>
internal sealed class RowList
{
    private readonly (Table Table, int Row)[] _rows;

    private RowList((Table Table, int Row)[] rows) => _rows = rows;

    public int Count => _rows.Length;

    public ReadOnlySpan<double> this[int index] => _rows[index].Table.Row(_rows[index].Row);

    public static RowList Of(Table table) => new([.. Enumerable.Range(0, table.RowCount).Select(row => (table, row))]);

    public RowList Then(RowList other) => new([.. _rows, .. other._rows]);

    public RowList First(int count) => count >= Count ? this : new(_rows[..count]);

    public RowList Skip(int count) => new(_rows[count..]);

    public RowList Pick(int[] order) => new([.. order.Select(row => _rows[row])]);

    /// <summary>Whether a row is one of those of another table.</summary>
    public bool IsIn(CopiedRows others, int row) => others.Contains(_rows[row].Table, _rows[row].Row);

    public RowList Where(Func<double, bool> isKept, int column) => new([.. _rows.Where(row => isKept(row.Table[row.Row, column]))]);

    public RowList Shuffled(Tensors.Philox random)
    {
        (Table Table, int Row)[] rows = [.. _rows];
        random.Shuffle(rows.AsSpan());
        return new(rows);
    }
}
