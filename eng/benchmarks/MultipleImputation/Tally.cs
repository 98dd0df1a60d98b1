namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>What the intervals of one method came to over the repetitions, coefficient by coefficient.</summary>
internal sealed class Tally(double[] truth)
{
    private readonly List<(double Estimate, double StandardError, double Lower, double Upper)>[] _intervals = [.. truth.Select(_ => new List<(double, double, double, double)>())];

    public void Add(int coefficient, double estimate, double standardError, double lower, double upper) =>
        _intervals[coefficient].Add((estimate, standardError, lower, upper));

    public void Add(Regression analysis)
    {
        for (int i = 0; i < truth.Length; i++)
        {
            (double lower, double upper) = analysis.Interval(i);
            Add(i, analysis.Estimates[i], analysis.StandardErrors[i], lower, upper);
        }
    }

    /// <summary>The share of intervals that hold the coefficient.</summary>
    public double Coverage(int i) => _intervals[i].Average(v => v.Lower <= truth[i] && truth[i] <= v.Upper ? 1.0 : 0);

    /// <summary>The mean of the estimates less the coefficient.</summary>
    public double Bias(int i) => _intervals[i].Average(v => v.Estimate) - truth[i];

    /// <summary>The standard error of that mean.</summary>
    public double ErrorOfMean(int i) => Deviation(i) / Math.Sqrt(_intervals[i].Count);

    /// <summary>The mean width of the intervals of a coefficient.</summary>
    public double Width(int i) => _intervals[i].Average(v => v.Upper - v.Lower);

    public override string ToString()
    {
        IEnumerable<int> all = Enumerable.Range(0, truth.Length);
        string coverage = string.Join(' ', all.Select(i => $"{100 * Coverage(i),5:F1}"));
        string width = string.Join(' ', all.Select(i => $"{Width(i),6:F3}"));
        string bias = string.Join(' ', all.Select(i => $"{Bias(i),6:F3}"));
        string ratio = string.Join(' ', all.Select(i => $"{_intervals[i].Average(v => v.StandardError) / Deviation(i),6:F2}"));
        return $"{coverage}   {width}   {bias}   {ratio}";
    }

    private double Deviation(int i)
    {
        double mean = _intervals[i].Average(v => v.Estimate);
        return Math.Sqrt(_intervals[i].Sum(v => Math.Pow(v.Estimate - mean, 2)) / (_intervals[i].Count - 1));
    }
}
