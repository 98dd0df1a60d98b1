using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Privacy;

/// <summary>The rows of a table, to find them again in others.</summary>
internal sealed class CopiedRows
{
    private readonly Dictionary<RowKey, int> _counts = [];

    public CopiedRows(Table table)
    {
        for (int row = 0; row < table.RowCount; row++)
        {
            var key = new RowKey(table, row);
            _counts[key] = _counts.GetValueOrDefault(key) + 1;
        }
    }

    /// <summary>How many rows repeat another one of the table. A fresh row would be equal to one of them about as often as this.</summary>
    public int Repeated => _counts.Values.Where(count => count > 1).Sum();

    public bool Contains(Table table, int row) => _counts.ContainsKey(new RowKey(table, row));

    /// <summary>How many rows of a table are rows of this one.</summary>
    public int CountIn(Table table) => Enumerable.Range(0, table.RowCount).Count(row => Contains(table, row));
}
