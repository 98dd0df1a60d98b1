using Microsoft.ML.Diffusion.Series.Methods.Smoother;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend;

/// <summary>What trees are told of a missing cell: what the smoother says of it, what was observed of its variable around it, and the other
/// variables at its time.</summary>
internal sealed class CellFeatures
{
    // Other variables, those that tell most.
    private const int MostOthers = 40;

    // Of the cell itself, of each other variable.
    private const int Own = 20, OfOther = 2;

    /// <summary>How many steps before and after a cell are summed over: near enough, as a series may have a million steps.</summary>
    public const int Around = 128;

    // What stands for a distance where nothing was observed, in middle steps.
    private const double Far = 1000;

    private readonly int _variables;
    private readonly double _step;
    private readonly double _period;
    private readonly int[][] _others;

    /// <param name="model">The smoother.</param>
    /// <param name="step">The middle distance of two steps.</param>
    /// <param name="statics">How many numbers hold for a whole series.</param>
    public CellFeatures(SmootherModel model, double step, int statics)
    {
        (_variables, _step, _period) = (model.Variables, step, model.Covariance.Period);
        _others = [.. Enumerable.Range(0, _variables).Select(v => Others(model.Covariance, v))];
        Count = Own + statics + OfOther * Math.Min(MostOthers, _variables - 1);
    }

    /// <summary>The number of features.</summary>
    public int Count { get; }

    /// <summary>Writes the features of a cell.</summary>
    /// <param name="series">Its series.</param>
    /// <param name="cell">The cell, which is missing in the series.</param>
    /// <param name="features">Receives <see cref="Count"/> numbers.</param>
    public void Write(SmoothedSeries series, int cell, Span<float> features)
    {
        int step = cell / _variables, variable = cell % _variables;
        double time = series.Times[step], mean = series.Means[cell];
        int first = series.Neighbors.Before(cell), next = series.Neighbors.After(cell);
        int second = first > 0 ? series.Neighbors.Before((first - 1) * _variables + variable) : -1;
        int later = next >= 0 && next + 1 < series.Length ? series.Neighbors.After((next + 1) * _variables + variable) : -1;
        (double a, double fromA) = Seen(series, first, variable, time);
        (double b, double fromB) = Seen(series, second, variable, time);
        (double c, double fromC) = Seen(series, next, variable, time);
        (double d, double fromD) = Seen(series, later, variable, time);
        double line = first >= 0 && next >= 0
            ? (a * fromC + c * fromA) / Math.Max(fromA + fromC, 1e-12)
            : first >= 0 ? a : next >= 0 ? c : mean;
        (double average, int count, int own) = Sums(series, step, variable);
        double turn = _period > 0 ? 2 * Math.PI * time / _period : 0;
        (double sine, double cosine) = Math.SinCos(turn);
        ReadOnlySpan<double> about =
        [
            mean, Math.Sqrt(series.Variances[cell]), first < 0 ? mean : a, fromA, second < 0 ? mean : b, fromB, next < 0 ? mean : c, fromC,
            later < 0 ? mean : d, fromD, line, count == 0 ? mean : average, count, own, (time - series.Times[0]) / _step,
            _period > 0 ? sine : 0, _period > 0 ? cosine : 0, first < 0 || second < 0 ? 0 : a - b, next < 0 || first < 0 ? 0 : c - a,
            Math.Min(fromA, fromC),
        ];
        for (int i = 0; i < Own; i++)
            features[i] = (float)about[i];
        int place = Own;
        foreach (double value in series.Statics)
            features[place++] = double.IsNaN(value) ? -1e6f : (float)value;
        foreach (int other in _others[variable])
        {
            int beside = step * _variables + other;
            double seen = series.Cells[beside];
            features[place++] = (float)(double.IsNaN(seen) ? series.Means[beside] : seen);
            features[place++] = (float)Math.Min(series.Neighbors.Distance(beside) / _step, Far);
        }
    }

    private (double Value, double Distance) Seen(SmoothedSeries series, int step, int variable, double time) =>
        step < 0 ? (0, Far) : (series.Cells[step * _variables + variable], Math.Min(Math.Abs(time - series.Times[step]) / _step, Far));

    /// <summary>The mean and the number of the observed values of a variable, and the number of variables observed at a step.</summary>
    private (double Mean, int Count, int Beside) Sums(SmoothedSeries series, int step, int variable)
    {
        int first = Math.Max(0, step - Around), last = Math.Min(series.Length - 1, series.IsCausal ? step : step + Around);
        double sum = 0;
        int count = 0, beside = 0;
        for (int t = first; t <= last; t++)
        {
            double value = series.Cells[t * _variables + variable];
            if (double.IsNaN(value))
                continue;
            sum += value;
            count++;
        }
        for (int v = 0; v < _variables; v++)
            beside += double.IsNaN(series.Cells[step * _variables + v]) ? 0 : 1;
        return (count == 0 ? 0 : sum / count, count, beside);
    }

    private static int[] Others(SeriesCovariance covariance, int variable)
    {
        int width = covariance.Variables;
        double[] total = new double[width * width];
        foreach (double[] shared in covariance.Shared)
            Models.Prediction.DenseMatrix.AddScaled(total, 1, shared);
        double Strength(int other) =>
            Math.Abs(total[variable * width + other]) / Math.Sqrt(total[other * width + other] + 1e-12);
        IEnumerable<int> others = Enumerable.Range(0, width).Where(w => w != variable);
        return [.. others.OrderByDescending(Strength).ThenBy(w => w).Take(MostOthers).Order()];
    }
}
