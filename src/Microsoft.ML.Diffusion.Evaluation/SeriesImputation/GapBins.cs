using Microsoft.ML.Diffusion.Series.Views;

namespace Microsoft.ML.Diffusion.Evaluation.SeriesImputation;

/// <summary>Sorts gaps by their length: each bin ends at twice the end of the one before. The first holds the gaps that one missing cell
/// makes between two steps of the usual distance.</summary>
internal sealed class GapBins
{
    private const int Doublings = 12;

    private readonly double _first;
    private readonly FigureSum?[] _sums = new FigureSum?[Doublings + 2];
    private double _longest;

    /// <param name="usualStep">The usual distance of two steps, above 0.</param>
    public GapBins(double usualStep) => _first = 2 * usualStep;

    /// <summary>The median distance of two steps of a series that follow each other; 1 where there are none.</summary>
    public static double UsualStep(StepRows rows)
    {
        List<double> distances = [];
        for (int group = 0; group < rows.GroupCount; group++)
        {
            ReadOnlySpan<int> steps = rows.RowsOf(group);
            for (int t = 1; t < steps.Length; t++)
                distances.Add(rows.TimeOf(steps[t]) - rows.TimeOf(steps[t - 1]));
        }

        distances.Sort();
        return distances.Count == 0 ? 1 : distances[distances.Count / 2];
    }

    /// <summary>Where cells in gaps of a length are added.</summary>
    /// <param name="gap">The length; infinite where nothing was observed.</param>
    public FigureSum Of(double gap)
    {
        if (double.IsFinite(gap))
            _longest = Math.Max(_longest, gap);
        int bin = double.IsInfinity(gap) ? Doublings + 1
            : gap <= _first ? 0
            // A length that is a bound but for rounding belongs to the bin that it ends.
            : Math.Clamp((int)Math.Ceiling(Math.Log2(gap / _first) - 1e-9), 1, Doublings);
        return _sums[bin] ??= new FigureSum();
    }

    /// <summary>The bins that hold cells.</summary>
    public IEnumerable<ImputedSeriesGap> ToGaps()
    {
        for (int bin = 0; bin < _sums.Length; bin++)
        {
            if (_sums[bin] is not { } sum)
                continue;
            double upTo = bin > Doublings ? double.PositiveInfinity
                : bin == Doublings ? Math.Max(_longest, _first * Math.Pow(2, bin)) : _first * Math.Pow(2, bin);
            double moreThan = bin == 0 ? 0 : bin > Doublings ? _longest : _first * Math.Pow(2, bin - 1);
            yield return new ImputedSeriesGap(moreThan, upTo, sum.ToFigures());
        }
    }
}
