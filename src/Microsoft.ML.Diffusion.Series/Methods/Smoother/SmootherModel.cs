using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>What is known of the cells of a series by linear prediction from all its observed cells: the transforms of the variables and
/// one covariance over time and variables.</summary>
internal sealed class SmootherModel
{
    private readonly VariableTransform[] _transforms;
    private readonly SeriesCovariance[] _alone;

    public SmootherModel(VariableTransform[] transforms, SeriesCovariance covariance)
    {
        _transforms = transforms;
        Covariance = covariance;
        // Variables that are told nothing of each other are solved one by one, which is much less work.
        _alone = covariance.Rank > 0 || transforms.Length == 1
            ? []
            : [.. Enumerable.Range(0, transforms.Length).Select(covariance.Alone)];
    }

    public SeriesCovariance Covariance { get; }

    public int Variables => _transforms.Length;

    /// <summary>The transform of each variable.</summary>
    public IReadOnlyList<VariableTransform> Transforms => _transforms;

    /// <summary>Fits a model.</summary>
    /// <param name="table">The series.</param>
    /// <param name="settings">How.</param>
    /// <param name="random">Where all random numbers come from.</param>
    /// <param name="threads">How many threads; the result does not depend on it.</param>
    /// <param name="deadline">When it is over, the model stays as it is.</param>
    /// <param name="meter">Counts the steps.</param>
    /// <param name="cancel">Looked at in every step.</param>
    public static SmootherModel Fit(
        SeriesTable table, SmootherSettings settings, Philox random, int threads, TrainingDeadline deadline, ProgressMeter meter,
        CancellationToken cancel)
    {
        VariableTransform[] transforms =
            [.. Enumerable.Range(0, table.Variables).Select(v => VariableTransform.Fit(SampledValues.Of(table, v, random.Fork((ulong)v))))];
        double[][] cells = [.. table.Items.Select(series => Apply(transforms, series.Cells))];
        foreach (double[] own in cells)
            LoneValues.Tame(own, table.Variables, isCausal: false);
        double[][] times = [.. table.Items.Select(series => series.Times)];
        SeriesCovariance start = LagMoments.Of(times, cells, table.Variables, random.Fork(ulong.MaxValue), threads, cancel).Fit(settings);
        var ascent = new CovarianceAscent(start, times, cells, settings, random.Fork(ulong.MaxValue - 1));
        return new SmootherModel(transforms, ascent.Run(threads, deadline, meter, cancel));
    }

    /// <summary>The cells of a series as nearly normal numbers; NaN is missing.</summary>
    public double[] Apply(double[] cells) => Apply(_transforms, cells);

    /// <summary>Predicts every cell: observed ones as they are without noise, missing ones with it in their variance.</summary>
    /// <param name="times">The time of each step.</param>
    /// <param name="cells">Nearly normal numbers, NaN where missing.</param>
    /// <param name="isCausal">Whether a step is predicted from nothing behind it.</param>
    /// <param name="means">As many as cells.</param>
    /// <param name="variances">As many as cells; empty where they are not wanted, which is faster.</param>
    public void Predict(double[] times, double[] cells, bool isCausal, Span<double> means, Span<double> variances)
    {
        int width = Variables;
        if (isCausal)
        {
            Filter(times, cells, means, variances);
            return;
        }
        if (_alone.Length > 0)
        {
            double[] ownMeans = new double[times.Length], ownVariances = new double[variances.IsEmpty ? 0 : times.Length];
            for (int v = 0; v < width; v++)
            {
                Predict(_alone[v], times, Column(cells, v), ownMeans, ownVariances);
                for (int t = 0; t < times.Length; t++)
                {
                    means[t * width + v] = ownMeans[t];
                    if (!variances.IsEmpty)
                        variances[t * width + v] = ownVariances[t];
                }
            }
        }
        else
        {
            Predict(Covariance, times, cells, means, variances);
        }
        for (int i = 0; i < variances.Length; i++)
            variances[i] += double.IsNaN(cells[i]) ? Covariance.Noise[i % width] : 0;
    }

    /// <summary>Predicts every cell, the variance of some only.</summary>
    /// <param name="times">The time of each step.</param>
    /// <param name="cells">Nearly normal numbers, NaN where missing; few enough to be solved whole.</param>
    /// <param name="isCausal">Whether a step is predicted from nothing behind it.</param>
    /// <param name="means">As many as cells.</param>
    /// <param name="some">The missing cells whose variances are wanted.</param>
    /// <param name="variances">As many as cells.</param>
    public void Predict(
        double[] times, double[] cells, bool isCausal, Span<double> means, ReadOnlySpan<int> some, Span<double> variances)
    {
        if (isCausal || _alone.Length > 0)
        {
            Predict(times, cells, isCausal, means, variances);
            return;
        }
        using CellSystemPool.Loan loan = CellSystemPool.Borrow(Covariance);
        loan.System.Condition(times, cells);
        loan.System.Predict(0, times.Length, means, []);
        foreach (int cell in some)
            variances[cell] = loan.System.Predict(cell).Variance + Covariance.Noise[cell % Variables];
    }

    /// <summary>Begins a series of which nothing is looked at before its time.</summary>
    public CausalFilter BeginFilter() => new(Covariance, _alone);

    /// <summary>How far the cells of one draw from the conditional distribution lie from their means, noise included: neighbours in time
    /// and variables that belong together lie together (Doucet 2010: a draw from the prior, without what its own observed cells tell).
    /// </summary>
    /// <param name="times">The time of each step.</param>
    /// <param name="cells">Nearly normal numbers, NaN where missing.</param>
    /// <param name="isCausal">Whether a step is predicted from nothing behind it.</param>
    /// <param name="random">Where the draw comes from.</param>
    /// <param name="residuals">As many as cells; 0 where observed.</param>
    public void Draw(double[] times, double[] cells, bool isCausal, Philox random, Span<double> residuals)
    {
        double[] prior = PriorDraw.Of(Covariance, times, random), seen = new double[cells.Length];
        for (int i = 0; i < cells.Length; i++)
            seen[i] = double.IsNaN(cells[i]) ? double.NaN : prior[i];
        Predict(times, seen, isCausal, residuals, []);
        for (int i = 0; i < cells.Length; i++)
            residuals[i] = double.IsNaN(cells[i]) ? prior[i] - residuals[i] : 0;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Variables);
        foreach (VariableTransform transform in _transforms)
            transform.Save(writer);
        Covariance.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static SmootherModel Load(BinaryReader reader)
    {
        VariableTransform[] transforms = reader.ReadItems(56, "variables", VariableTransform.Load);
        CheckedReading.Require(transforms.Length > 0, "there are no variables");
        return new SmootherModel(transforms, SeriesCovariance.Load(reader, transforms.Length));
    }

    private static void Predict(
        SeriesCovariance covariance, double[] times, double[] cells, Span<double> means, Span<double> variances)
    {
        int width = covariance.Variables;
        using CellSystemPool.Loan loan = CellSystemPool.Borrow(covariance);
        foreach (SeriesStretch stretch in SeriesStretch.All(cells, width))
        {
            loan.System.Condition(stretch.Of(times, 1), stretch.Of(cells, width));
            Range own = (stretch.First * width)..(stretch.Last * width);
            loan.System.Predict(
                stretch.First - stretch.Start, stretch.Last - stretch.Start, means[own], variances.IsEmpty ? [] : variances[own]);
        }
    }

    /// <summary>Predicts every cell from its own step and those before.</summary>
    private void Filter(double[] times, double[] cells, Span<double> means, Span<double> variances)
    {
        CausalFilter filter = BeginFilter();
        for (int t = 0; t < times.Length; t++)
        {
            Range own = (t * Variables)..((t + 1) * Variables);
            filter.Append(times[t], cells.AsSpan(own), means[own], variances.IsEmpty ? [] : variances[own]);
        }
    }

    private double[] Column(double[] cells, int variable)
    {
        double[] result = new double[cells.Length / Variables];
        for (int t = 0; t < result.Length; t++)
            result[t] = cells[t * Variables + variable];
        return result;
    }

    private static double[] Apply(VariableTransform[] transforms, double[] cells)
    {
        double[] result = new double[cells.Length];
        for (int i = 0; i < cells.Length; i++)
            result[i] = double.IsNaN(cells[i]) ? double.NaN : transforms[i % transforms.Length].Apply(cells[i]);
        return result;
    }
}
