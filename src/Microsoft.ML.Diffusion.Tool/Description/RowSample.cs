using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Description;

/// <summary>Rows of a file drawn at random, all of them where there are few, with numbers and categories as a model sees them. The memory
/// does not grow with the file.</summary>
internal sealed class RowSample
{
    private const int FewestRows = 2_000, MostRows = 50_000, MostCells = 2_000_000;

    private readonly MissingCells _cells;
    private readonly SampledColumn[] _columns;
    private readonly Philox _random = new(0x4445534352494245);
    private readonly CompactTable.Builder _table;
    private readonly double[] _row;
    private long _left;
    private int _needed;

    /// <param name="profiles">What the columns are.</param>
    /// <param name="cells">Says which cells are missing.</param>
    /// <param name="rowCount">How many rows the file has.</param>
    public RowSample(IReadOnlyList<ColumnProfile> profiles, MissingCells cells, long rowCount)
    {
        _cells = cells;
        _columns = [.. profiles.Select(profile => new SampledColumn(profile))];
        _table = new CompactTable.Builder(_columns.Length);
        _row = new double[_columns.Length];
        _left = rowCount;
        _needed = (int)Math.Min(rowCount, Math.Clamp(MostCells / _columns.Length, FewestRows, MostRows));
    }

    /// <summary>Looks at the rows of the next block.</summary>
    public void Add(CsvDocument block)
    {
        for (int row = 0; row < block.RowCount && _needed > 0; row++)
        {
            // Every row that is left is drawn with the same probability, so that the sample has its size exactly (Knuth, algorithm S).
            bool isDrawn = _random.Uniform((ulong)_left) * _left < _needed;
            _left--;
            if (!isDrawn)
                continue;
            _needed--;
            for (int column = 0; column < _row.Length; column++)
                _row[column] = _cells.IsMissing(block, row, column) ? double.NaN : _columns[column].Read(block.Text(row, column));
            _table.Write(_table.RowCount, _row);
        }
    }

    /// <summary>The rows that were drawn, in the order of the file. In columns that name rows or people all values are one.</summary>
    public CompactTable ToTable() => _table.Build([.. _columns.Select(column => column.Column)]);
}
