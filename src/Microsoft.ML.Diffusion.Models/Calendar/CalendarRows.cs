using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Calendar;

/// <summary>Rows with the columns that are computed from their dates, of which nothing is copied.</summary>
internal sealed class CalendarRows : ITableRows
{
    private readonly CalendarPlan _plan;
    private readonly ITableRows _rows;
    private readonly byte[] _hidden;

    // For each expanded column: the column of the table; the dates that it depends on, a bit each.
    private readonly int[] _sources;
    private readonly byte[] _dates;

    /// <param name="plan">Which columns.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="hidden">For each row, a bit for every date that counts as missing; empty for none.</param>
    public CalendarRows(CalendarPlan plan, ITableRows rows, byte[]? hidden = null)
    {
        (_plan, _rows, _hidden) = (plan, rows, hidden ?? []);
        _sources = new int[plan.ExpandedColumns.Count];
        Array.Fill(_sources, -1);
        for (int i = 0; i < plan.Columns.Count; i++)
            _sources[plan.PlaceOf(i)] = i;
        _dates = new byte[_sources.Length];
        for (int i = 0; i < plan.Dates.Count; i++)
        {
            int place = plan.PartsOf(i) - 1;
            for (int column = 0; column < _dates.Length; column++)
            {
                if (column == place || plan.ExpandedColumns[column].Sources.Contains(place))
                    _dates[column] |= (byte)(1 << i);
            }
        }
    }

    public IReadOnlyList<TableColumn> Columns => _plan.ExpandedColumns;

    public int RowCount => _rows.RowCount;

    public double this[int row, int column]
    {
        get
        {
            if (_hidden.Length > 0 && (_hidden[row] & _dates[column]) != 0)
                return double.NaN;
            return _sources[column] >= 0 ? _rows[row, _sources[column]] : _plan.Compute(_rows, row, column);
        }
    }

    public void Read(int row, Span<double> cells)
    {
        for (int i = 0; i < cells.Length; i++)
            cells[i] = this[row, i];
    }
}
