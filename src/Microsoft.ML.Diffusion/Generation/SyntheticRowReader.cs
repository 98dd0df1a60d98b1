using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>Goes through synthetic rows from the first to the last; a row is made when its cells are asked for, together with those
/// that come next.</summary>
internal sealed class SyntheticRowReader(SyntheticRows rows) : IMadeRow
{
    // The first rows come soon, the others by the batch.
    private const int FirstPortion = 256, LargestPortion = 4096;
    private Table? _portion;
    private long _first;
    private int _size = FirstPortion;

    /// <summary>The current row, counted from 0; -1 before the first.</summary>
    public long Row { get; private set; } = -1;

    long IMadeRow.Row => rows.Range.First + Row;

    long IMadeRow.Count => rows.Range.Total;

    public ulong Seed => rows.Seed;

    public bool MoveNext()
    {
        if (Row >= rows.Count)
            return false;
        return ++Row < rows.Count;
    }

    /// <summary>The cells of the current row.</summary>
    public ReadOnlySpan<double> Cells()
    {
        if (Row < 0 || Row >= rows.Count)
            throw new InvalidOperationException("There is no current row: MoveNext was not called, or has returned false.");
        if (_portion is null || Row < _first || Row >= _first + _portion.RowCount)
        {
            (_portion, _first) = (rows.From(Row, _size), Row);
            _size = Math.Min(LargestPortion, 2 * _size);
        }

        return _portion.Row((int)(Row - _first));
    }
}
