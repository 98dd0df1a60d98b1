using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>One column of a rare class, while its <see cref="ClassTilt"/> is found.</summary>
internal sealed class TiltOfColumn
{
    // A value of its own, such as zero, with at least this share of a number's observed cells has an indicator.
    private const double LeastShareOfIndicator = 0.05;

    // Ten rows say little of what is best for one column, and more of what is best for all: their mean counts as so many columns, and
    // no column counts for more than this in it.
    private const double WeightOfAll = 3, MostGain = 5;

    private readonly TokenColumn[] _columns;
    private readonly TokenCells _cells;
    private readonly int[] _indicators;
    private readonly int _features;
    private readonly ClassTiltFit _fit;
    private readonly double[]? _gains;
    private readonly int _rows;

    private TiltOfColumn(
        TokenColumn[] columns, TokenCells cells, int[] indicators, int features, ClassTiltFit fit, int rows,
        TrainingDeadline deadline, CancellationToken cancel)
    {
        _columns = columns;
        _cells = cells;
        _indicators = indicators;
        _features = features;
        _fit = fit;
        _rows = rows;
        _gains = fit.Gains(deadline, cancel);
    }

    /// <summary>Tries all settings.</summary>
    /// <param name="columns">All columns.</param>
    /// <param name="column">This one.</param>
    /// <param name="before">Those that are drawn before.</param>
    /// <param name="own">The tokens of the rows of the class.</param>
    /// <param name="values">The values of this column.</param>
    /// <param name="logits">What the network says of each row, given the label and the columns before.</param>
    /// <param name="deadline">When it is over, nothing is tried.</param>
    /// <param name="cancel">Looked at in every fit.</param>
    public static TiltOfColumn Prepare(
        TokenColumn[] columns, int column, ReadOnlySpan<int> before, int[] own, double[] values, float[] logits,
        TrainingDeadline deadline, CancellationToken cancel)
    {
        int width = columns.Length;
        TokenColumn of = columns[column];
        int[] rows = [.. Enumerable.Range(0, values.Length).Where(n => own[n * width + column] >= 0)];
        TokenCells cells = TokenCells.Of(of);
        (int[] indicators, int features) = Indicators(of, cells, [.. rows.Select(n => own[n * width + column])]);
        int[] indicatorOfCell = new int[cells.Count];
        for (int token = 0; token < of.Count; token++)
            indicatorOfCell.AsSpan(cells.StartOf(token), cells.PartsOf(token)).Fill(indicators[token]);
        int[] cellOf = [.. rows.Select(n =>
        {
            int token = own[n * width + column];
            return cells.CellOf(token, token == of.MissingToken ? 0 : of.PlaceOf(token, values[n]));
        })];
        double[][] logBase = [.. rows.Select(n => LogBase(cells, logits.AsSpan(n * of.Count, of.Count)))];
        TiltLink[] candidates = Candidates(columns, before, own, rows);
        double[][] contexts = [.. rows.Select(n =>
        {
            double[] context = new double[candidates.Length];
            for (int i = 0; i < context.Length; i++)
                context[i] = candidates[i].ValueIn(own.AsSpan(n * width, width), columns);
            return context;
        })];
        var fit = new ClassTiltFit(cells, indicatorOfCell, features, logBase, cellOf, candidates, contexts);
        return new TiltOfColumn(columns, cells, indicators, features, fit, rows.Length, deadline, cancel);
    }

    /// <summary>What each setting gains in all columns.</summary>
    public static double[] Together(TiltOfColumn[] columns)
    {
        double[] together = new double[ClassTiltFit.Settings];
        double[][] gains = [.. columns.Where(column => column._gains is not null).Select(column => column._gains!)];
        for (int setting = 0; setting < together.Length && gains.Length > 0; setting++)
            together[setting] = WeightOfAll * gains.Average(each => Math.Clamp(each[setting], -MostGain, MostGain));
        return together;
    }

    /// <summary>The tilt with the best setting; null where none is better than the network alone.</summary>
    /// <param name="together">What each gains in all columns.</param>
    public ClassTilt? Choose(double[] together)
    {
        if (_rows == 0 || _features == 0)
            return null;
        int? best = null;
        if (_gains is { } gains)
        {
            best = Enumerable.Range(0, gains.Length).MaxBy(setting => gains[setting] + together[setting]);
            if (gains[best.Value] + together[best.Value] <= 0)
                return null;
        }
        (double[] weights, TiltLink[] links) = _fit.Fit(best);
        return new ClassTilt(_cells, _columns, _indicators, weights, links);
    }

    /// <summary>Which tokens have a feature of their own: categories that the class has, the missing cell, frequent values.</summary>
    private static (int[] Indicators, int Features) Indicators(TokenColumn column, TokenCells cells, int[] tokens)
    {
        bool isNumber = !column.Positions.IsEmpty;
        int features = isNumber ? 2 : 0;
        int[] indicators = new int[column.Count];
        for (int token = 0; token < column.Count; token++)
        {
            bool has = token == column.MissingToken || (isNumber
                ? cells.PartsOf(token) == 1 && column.IsFrequent(token) && cells.TokenShares[token] >= LeastShareOfIndicator
                : tokens.Contains(token));
            indicators[token] = has && features < ClassTilt.MostFeatures ? features++ : -1;
        }
        return (indicators, features);
    }

    /// <summary>The columns drawn before that vary in the class.</summary>
    private static TiltLink[] Candidates(TokenColumn[] columns, ReadOnlySpan<int> before, int[] own, int[] rows)
    {
        List<TiltLink> candidates = [];
        foreach (int column in before)
        {
            TokenColumn of = columns[column];
            int[] tokens = [.. rows.Select(n => own[n * columns.Length + column]).Where(token => token >= 0 && token != of.MissingToken)];
            if (tokens.Length < 2)
                continue;
            if (!of.Positions.IsEmpty)
            {
                candidates.Add(new TiltLink(0, column, -1, tokens.Average(token => (double)of.Positions[token]), 0));
                continue;
            }
            foreach (IGrouping<int, int> same in tokens.GroupBy(token => token))
            {
                if (same.Count() < 2 || same.Count() == tokens.Length)
                    continue;
                candidates.Add(new TiltLink(0, column, same.Key, (double)same.Count() / tokens.Length, 0));
            }
        }
        return [.. candidates];
    }

    private static double[] LogBase(TokenCells cells, ReadOnlySpan<float> logits)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (float logit in logits)
            largest = Math.Max(largest, logit);
        foreach (float logit in logits)
            sum += Math.Exp(logit - largest);
        double logSum = largest + Math.Log(sum);
        double[] logBase = new double[cells.Count];
        for (int token = 0; token < logits.Length; token++)
        {
            for (int part = 0; part < cells.PartsOf(token); part++)
                logBase[cells.StartOf(token) + part] = logits[token] - logSum + cells.LogShares[cells.StartOf(token) + part];
        }
        return logBase;
    }
}
