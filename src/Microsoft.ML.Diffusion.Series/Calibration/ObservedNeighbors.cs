namespace Microsoft.ML.Diffusion.Series.Calibration;

/// <summary>The observed steps before and after each cell of a series, of the same variable.</summary>
internal sealed class ObservedNeighbors
{
    private readonly double[] _times;
    private readonly int _variables;
    private readonly int[] _before;
    private readonly int[] _after;

    /// <param name="times">The time of each step.</param>
    /// <param name="cells">NaN where missing.</param>
    /// <param name="isCausal">Whether what comes after does not count.</param>
    public ObservedNeighbors(double[] times, ReadOnlySpan<double> cells, bool isCausal)
    {
        _times = times;
        _variables = times.Length == 0 ? 1 : cells.Length / times.Length;
        _before = new int[cells.Length];
        _after = new int[cells.Length];
        Array.Fill(_after, -1);
        for (int i = 0; i < cells.Length; i++)
            _before[i] = !double.IsNaN(cells[i]) ? i / _variables : i >= _variables ? _before[i - _variables] : -1;
        for (int i = cells.Length - 1; i >= 0 && !isCausal; i--)
            _after[i] = !double.IsNaN(cells[i]) ? i / _variables : i + _variables < cells.Length ? _after[i + _variables] : -1;
    }

    /// <summary>The last step up to that of a cell at which its variable was observed; -1 where there is none.</summary>
    public int Before(int cell) => _before[cell];

    /// <summary>The first step from that of a cell at which its variable was observed; -1 where there is none.</summary>
    public int After(int cell) => _after[cell];

    /// <summary>The distance in time to the nearest observed value of the same variable; infinite where there is none.</summary>
    public double Distance(int cell)
    {
        double own = _times[cell / _variables];
        double before = _before[cell] < 0 ? double.PositiveInfinity : own - _times[_before[cell]];
        return _after[cell] < 0 ? before : Math.Min(before, _times[_after[cell]] - own);
    }
}
