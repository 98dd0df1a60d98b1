using Microsoft.ML.Diffusion.Core.Training;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>Finds a <see cref="ClassTilt"/> from the rows of a class: the most likely weights, where the prior is a number of rows such as
/// the network alone would make (conjugate for an exponential family; Diaconis and Ylvisaker 1979). That number, and whether weights
/// depend on other columns, is what makes rows that were left out most likely.</summary>
internal sealed class ClassTiltFit
{
    // Fewer rows than this say nothing of what is best for rows left out.
    private const int FewestRows = 3;
    private const double RowsOfPriorForFew = 2;
    private const int MostFolds = 10, MostLinks = 8, Rounds = 40;

    // A link is tried where the network is wrong along it by so many standard errors; rows left out tell those that came by chance.
    private const double LeastScore = 2;
    private const double LinkPenalty = 0.5;

    private static readonly double[] s_rowsOfPrior = [1, 3, 10, 30, 100];

    private readonly TokenCells _cells;
    private readonly int[] _indicatorOfCell;
    private readonly int _features;
    private readonly double[][] _logBase;
    private readonly double[][] _baseMeans;
    private readonly double[][] _observed;
    private readonly int[] _cellOf;
    private readonly TiltLink[] _candidates;
    private readonly double[][] _contexts;
    private readonly double[] _probabilities;
    private readonly double[] _means;
    private readonly double[] _own;

    /// <param name="cells">The column's cells.</param>
    /// <param name="indicatorOfCell">The feature that is 1 in a cell; -1 for none.</param>
    /// <param name="features">The number of features.</param>
    /// <param name="logBase">Per row the logarithm of the network's probability of each cell.</param>
    /// <param name="cellOf">The cell that each row is in.</param>
    /// <param name="candidates">On what weights may depend.</param>
    /// <param name="contexts">Per row, the value of each candidate.</param>
    public ClassTiltFit(
        TokenCells cells, int[] indicatorOfCell, int features, double[][] logBase, int[] cellOf, TiltLink[] candidates, double[][] contexts)
    {
        _cells = cells;
        _indicatorOfCell = indicatorOfCell;
        _features = features;
        _logBase = logBase;
        _cellOf = cellOf;
        _candidates = candidates;
        _contexts = contexts;
        _probabilities = new double[cells.Count];
        _means = new double[features];
        _own = new double[features];
        _observed = new double[cellOf.Length][];
        _baseMeans = new double[cellOf.Length][];
        double[] none = new double[features];
        for (int row = 0; row < cellOf.Length; row++)
        {
            _observed[row] = new double[features];
            AddFeatures(cellOf[row], 1, _observed[row]);
            Expect(row, none);
            _baseMeans[row] = [.. _means];
        }
    }

    /// <summary>The number of settings that are tried: of each number of rows of the prior without links and with them.</summary>
    public static int Settings => 2 * s_rowsOfPrior.Length;

    /// <summary>For each setting how much likelier rows left out are than with the network alone, in nats; null for too few rows to
    /// tell.</summary>
    /// <param name="deadline">Null where it is over.</param>
    /// <param name="cancel">Looked at for every fit.</param>
    public double[]? Gains(TrainingDeadline deadline, CancellationToken cancel)
    {
        int count = _cellOf.Length, folds = Math.Min(MostFolds, count);
        if (count < FewestRows || _features == 0)
            return null;
        double[] gains = new double[Settings];
        for (int setting = 0; setting < gains.Length; setting++)
        {
            // Without candidates links change nothing.
            if (setting % 2 == 1 && _candidates.Length == 0)
            {
                gains[setting] = gains[setting - 1];
                continue;
            }
            for (int fold = 0; fold < folds; fold++)
            {
                cancel.ThrowIfCancellationRequested();
                if (deadline.IsOver)
                    return null;
                int own = fold;
                (double[] weights, TiltLink[] links) = Fit(
                    [.. Enumerable.Range(0, count).Where(row => row % folds != own)], s_rowsOfPrior[setting / 2], setting % 2 == 1);
                for (int row = fold; row < count; row += folds)
                    gains[setting] += Gain(row, weights, links);
            }
        }
        return gains;
    }

    /// <summary>The weights and links of all rows.</summary>
    /// <param name="setting">One of <see cref="Settings"/>; null where there are too few rows to choose one.</param>
    public (double[] Weights, TiltLink[] Links) Fit(int? setting) => Fit(
        [.. Enumerable.Range(0, _cellOf.Length)], setting is int chosen ? s_rowsOfPrior[chosen / 2] : RowsOfPriorForFew, setting % 2 == 1);

    private (double[] Weights, TiltLink[] Links) Fit(int[] rows, double prior, bool mayLink)
    {
        double[] weights = new double[_features];
        Lbfgs.Minimize(weights, (x, gradient) => Loss(rows, prior, x, [], gradient), Rounds);
        int[] chosen = mayLink ? Links(rows, weights) : [];
        if (chosen.Length == 0)
            return (weights, []);
        double[] both = [.. weights, .. new double[chosen.Length]];
        Lbfgs.Minimize(both, (x, gradient) => Loss(rows, prior, x, chosen, gradient), Rounds);
        return (both[.._features], [.. chosen.Select((link, i) => _candidates[link % _candidates.Length] with
        {
            Feature = link / _candidates.Length,
            Weight = both[_features + i],
        })]);
    }

    /// <summary>How much likelier a row is than with the network alone, in nats.</summary>
    private double Gain(int row, double[] weights, TiltLink[] links)
    {
        weights.CopyTo(_own, 0);
        foreach (TiltLink link in links)
        {
            int candidate = Array.FindIndex(_candidates, each => each.Column == link.Column && each.Token == link.Token);
            _own[link.Feature] += link.Weight * _contexts[row][candidate];
        }
        double logSum = Expect(row, _own), gain = -logSum;
        for (int f = 0; f < _features; f++)
            gain += _own[f] * _observed[row][f];
        return gain;
    }

    /// <summary>Minus the logarithm of the likelihood of some rows and of the prior's, less that of the network alone.</summary>
    private double Loss(int[] rows, double prior, ReadOnlySpan<double> x, int[] links, Span<double> gradient)
    {
        gradient.Clear();
        double loss = 0, each = prior / rows.Length;
        foreach (int row in rows)
        {
            x[.._features].CopyTo(_own);
            for (int i = 0; i < links.Length; i++)
                _own[links[i] / _candidates.Length] += x[_features + i] * _contexts[row][links[i] % _candidates.Length];
            loss += (1 + each) * Expect(row, _own);
            for (int f = 0; f < _features; f++)
            {
                double wanted = _observed[row][f] + each * _baseMeans[row][f];
                loss -= _own[f] * wanted;
                _means[f] = (1 + each) * _means[f] - wanted;
                gradient[f] += _means[f];
            }
            for (int i = 0; i < links.Length; i++)
                gradient[_features + i] += _means[links[i] / _candidates.Length] * _contexts[row][links[i] % _candidates.Length];
        }
        for (int i = _features; i < x.Length; i++)
        {
            loss += LinkPenalty / 2 * x[i] * x[i];
            gradient[i] += LinkPenalty * x[i];
        }
        return loss;
    }

    /// <summary>The links along which the fit is most wrong, by Rao's score test.</summary>
    private int[] Links(int[] rows, double[] weights)
    {
        double[] sums = new double[_features * _candidates.Length], variances = new double[sums.Length];
        foreach (int row in rows)
        {
            Expect(row, weights);
            double[] squares = new double[_features];
            for (int cell = 0; cell < _cells.Count; cell++)
                AddFeatures(cell, _probabilities[cell], squares, square: true);
            for (int f = 0; f < _features; f++)
            {
                double miss = _observed[row][f] - _means[f], variance = squares[f] - _means[f] * _means[f];
                for (int c = 0; c < _candidates.Length; c++)
                {
                    sums[f * _candidates.Length + c] += miss * _contexts[row][c];
                    variances[f * _candidates.Length + c] += variance * _contexts[row][c] * _contexts[row][c];
                }
            }
        }
        return [.. Enumerable.Range(0, sums.Length)
            .Select(i => (Link: i, Score: Math.Abs(sums[i]) / Math.Sqrt(Math.Max(variances[i], 1e-6))))
            .Where(each => each.Score >= LeastScore)
            .OrderByDescending(each => each.Score)
            .Take(MostLinks)
            .Select(each => each.Link)];
    }

    /// <summary>Fills the probabilities of the cells and the means of the features; the logarithm of what the cells' weights add up
    /// to.</summary>
    private double Expect(int row, ReadOnlySpan<double> weights)
    {
        double[] logBase = _logBase[row];
        bool isNumber = _cells.TokenShares.Length > 0;
        double largest = double.NegativeInfinity;
        for (int cell = 0; cell < logBase.Length; cell++)
        {
            double exponent = logBase[cell];
            if (isNumber)
                exponent += weights[0] * _cells.First[cell] + weights[1] * _cells.Second[cell];
            if (_indicatorOfCell[cell] >= 0)
                exponent += weights[_indicatorOfCell[cell]];
            _probabilities[cell] = exponent;
            largest = Math.Max(largest, exponent);
        }
        double sum = 0;
        for (int cell = 0; cell < logBase.Length; cell++)
            sum += _probabilities[cell] = Math.Exp(_probabilities[cell] - largest);
        Array.Clear(_means);
        for (int cell = 0; cell < logBase.Length; cell++)
        {
            _probabilities[cell] /= sum;
            AddFeatures(cell, _probabilities[cell], _means);
        }
        return largest + Math.Log(sum);
    }

    private void AddFeatures(int cell, double share, double[] to, bool square = false)
    {
        if (_cells.TokenShares.Length > 0)
        {
            double first = _cells.First[cell], second = _cells.Second[cell];
            to[0] += share * (square ? first * first : first);
            to[1] += share * (square ? second * second : second);
        }
        if (_indicatorOfCell[cell] >= 0)
            to[_indicatorOfCell[cell]] += share;
    }
}
