namespace Microsoft.ML.Diffusion.Series.Calibration;

/// <summary>The observed steps before and after each cell of a series, of the same variable.</summary>
internal sealed class ObservedNeighbors
{
    private readonly int[] _after;
    private double[] _times;
    private int[] _before;
    private int _variables;
    private int _length;

    /// <param name="times">The time of each step.</param>
    /// <param name="cells">NaN where missing.</param>
    /// <param name="isCausal">Whether what comes after does not count.</param>
    public ObservedNeighbors(double[] times, ReadOnlySpan<double> cells, bool isCausal)
    {
        (_times, _length) = (times, times.Length);
        _variables = times.Length == 0 ? 1 : cells.Length / times.Length;
        _before = new int[cells.Length];
        _after = new int[isCausal ? 0 : cells.Length];
        for (int i = 0; i < cells.Length; i++)
            _before[i] = Before(cells, i);
        for (int i = _after.Length - 1; i >= 0; i--)
            _after[i] = !double.IsNaN(cells[i]) ? i / _variables : i + _variables < cells.Length ? _after[i + _variables] : -1;
    }

    /// <summary>Adds a step, behind which there is nothing that counts.</summary>
    /// <param name="time">Its time.</param>
    /// <param name="cells">Its cells; NaN is missing.</param>
    public void Append(double time, ReadOnlySpan<double> cells)
    {
        _variables = cells.Length;
        if (_length == _times.Length)
        {
            int room = Math.Max(16, 2 * _length);
            Array.Resize(ref _times, room);
            Array.Resize(ref _before, room * _variables);
        }
        _times[_length] = time;
        for (int v = 0; v < cells.Length; v++)
        {
            int cell = _length * _variables + v;
            _before[cell] = !double.IsNaN(cells[v]) ? _length : _length > 0 ? _before[cell - _variables] : -1;
        }
        _length++;
    }

    /// <summary>The last step up to that of a cell at which its variable was observed; -1 where there is none.</summary>
    public int Before(int cell) => _before[cell];

    /// <summary>The first step from that of a cell at which its variable was observed; -1 where there is none.</summary>
    public int After(int cell) => _after.Length == 0 ? -1 : _after[cell];

    /// <summary>The distance in time to the nearest observed value of the same variable; infinite where there is none.</summary>
    public double Distance(int cell)
    {
        double own = _times[cell / _variables];
        double before = _before[cell] < 0 ? double.PositiveInfinity : own - _times[_before[cell]];
        int after = After(cell);
        return after < 0 ? before : Math.Min(before, _times[after] - own);
    }

    /// <summary>The time between the observed values before and after a cell; where there is but one, twice the distance to it; infinite
    /// where there is none.</summary>
    public double GapLength(int cell)
    {
        int before = _before[cell], after = After(cell);
        return before < 0 || after < 0 ? 2 * Distance(cell) : _times[after] - _times[before];
    }

    private int Before(ReadOnlySpan<double> cells, int cell) =>
        !double.IsNaN(cells[cell]) ? cell / _variables : cell >= _variables ? _before[cell - _variables] : -1;
}
