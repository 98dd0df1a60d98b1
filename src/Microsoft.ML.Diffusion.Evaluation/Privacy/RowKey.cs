using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Privacy;

/// <summary>A row that is equal to another when all cells are; a missing cell is equal to a missing one.</summary>
internal readonly struct RowKey : IEquatable<RowKey>
{
    private readonly Table _table;
    private readonly int _row;
    private readonly int _hash;

    public RowKey(Table table, int row)
    {
        _table = table;
        _row = row;
        HashCode hash = default;
        foreach (double cell in table.Row(row))
            hash.Add(cell);
        _hash = hash.ToHashCode();
    }

    public bool Equals(RowKey other)
    {
        if (_hash != other._hash)
            return false;
        ReadOnlySpan<double> cells = _table.Row(_row), others = other._table.Row(other._row);
        for (int i = 0; i < cells.Length; i++)
        {
            if (!cells[i].Equals(others[i]))
                return false;
        }

        return true;
    }

    public override bool Equals(object? obj) => obj is RowKey other && Equals(other);

    public override int GetHashCode() => _hash;
}
