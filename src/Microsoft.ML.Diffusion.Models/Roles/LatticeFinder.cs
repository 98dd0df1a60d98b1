namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Finds the largest step of which all differences between values are multiples.</summary>
internal sealed class LatticeFinder
{
    private const int MostDecimals = 6;
    private const double Unit = 1e6;
    private bool _stopped;
    private bool _any;
    private long _first;
    private long _step;
    private int _decimals;

    /// <summary>The step, coarser than the last decimal; 0 where there is none.</summary>
    public double Step => _stopped || !_any || _step <= (long)Granularity ? 0 : _step / Unit;

    /// <summary>Where the lattice starts: 0 where all values are multiples of the step.</summary>
    public double Offset
    {
        get
        {
            long rest = _step == 0 ? 0 : ((_first % _step) + _step) % _step;
            return rest / Unit;
        }
    }

    private double Granularity => Unit / PowersOfTen.Of(_decimals);

    /// <summary>Looks at one value.</summary>
    public void Add(double value, int decimals)
    {
        if (_stopped)
            return;
        double units = Math.Round(value * Unit);
        if (decimals > MostDecimals || Math.Abs(units) > 1L << 53)
        {
            _stopped = true;
            return;
        }

        _decimals = Math.Max(_decimals, decimals);
        long current = (long)units;
        if (!_any)
            (_any, _first) = (true, current);
        _step = Gcd(_step, Math.Abs(current - _first));
        _stopped = _step == 1;
    }

    /// <summary>Ends the search.</summary>
    public void Stop() => _stopped = true;

    private static long Gcd(long a, long b)
    {
        while (b != 0)
            (a, b) = (b, a % b);
        return a;
    }
}
