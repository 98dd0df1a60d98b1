namespace Microsoft.ML.Diffusion.Evaluation.Fidelity;

/// <summary>How often every pair of codes of two columns occurs together; only pairs that do are kept.</summary>
internal sealed class JointCounts
{
    private readonly Dictionary<long, int> _counts = [];
    private readonly int[] _first;
    private readonly int[] _second;
    private readonly int _rows;

    public JointCounts(BinnedColumn first, BinnedColumn second)
    {
        _first = new int[first.Count];
        _second = new int[second.Count];
        _rows = first.Codes.Length;
        for (int row = 0; row < _rows; row++)
        {
            int a = first.Codes[row], b = second.Codes[row];
            _first[a]++;
            _second[b]++;
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_counts, ((long)a << 32) | (uint)b, out _)++;
        }
    }

    /// <summary>1 minus the total variation distance of two joint distributions; NaN where either has no row.</summary>
    public static double Similarity(JointCounts real, JointCounts synthetic)
    {
        if (real._rows == 0 || synthetic._rows == 0)
            return double.NaN;
        double distance = 0;
        foreach ((long pair, int count) in real._counts)
            distance += Math.Abs(((double)count / real._rows) - ((double)synthetic._counts.GetValueOrDefault(pair) / synthetic._rows));
        foreach ((long pair, int count) in synthetic._counts)
            distance += real._counts.ContainsKey(pair) ? 0 : (double)count / synthetic._rows;
        return 1 - (distance / 2);
    }

    /// <summary>Cramér's V, 0 to 1, without correction for bias; NaN where either column is constant.</summary>
    public double CramersV()
    {
        int smaller = Math.Min(_first.Count(count => count > 0), _second.Count(count => count > 0));
        if (smaller < 2)
            return double.NaN;

        // The sum of (observed - expected)^2 / expected over all cells is that of observed^2 / expected over those that occur, minus n.
        double sum = 0;
        foreach ((long pair, int count) in _counts)
            sum += (double)count * count / ((double)_first[(int)(pair >> 32)] * _second[(int)pair]);
        return Math.Sqrt(Math.Max(0, sum - 1) / (smaller - 1));
    }
}
