using System.Globalization;
using Microsoft.ML.Diffusion.Evaluation.Fidelity;
using Microsoft.ML.Diffusion.Evaluation.Imputation;
using Microsoft.ML.Diffusion.Series.Views;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.SeriesImputation;

/// <summary>The same series three times: as they are, with holes, and filled in.</summary>
internal sealed class ComparedSeries
{
    private const double Coverage = 0.9;

    private readonly ComparedColumns _columns;
    private readonly IReadOnlyList<StepRows> _filled;

    /// <param name="columns">What was read.</param>
    /// <param name="truth">The rows before cells were hidden.</param>
    /// <param name="holed">The same rows after it.</param>
    /// <param name="filled">The same rows filled in, at least once.</param>
    /// <exception cref="ArgumentException">They have other rows.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or a cell that is not missing in <paramref name="holed"/> is not that of
    /// <paramref name="truth"/>.</exception>
    public ComparedSeries(ComparedColumns columns, StepRows truth, StepRows holed, IReadOnlyList<StepRows> filled)
    {
        (_columns, Truth, Holed, _filled) = (columns, truth, holed, filled);
        if (truth.RowCount == 0)
            throw new InvalidDataException("There are no true rows; at least one was expected.");
        RefuseOtherRows(holed, "series with holes");
        foreach (StepRows rows in filled)
            RefuseOtherRows(rows, "filled series");
        RefuseOtherTruth();
    }

    /// <summary>The names of the variables.</summary>
    public IReadOnlyList<string> Variables => _columns.Variables;

    /// <summary>The rows before cells were hidden.</summary>
    public StepRows Truth { get; }

    /// <summary>The same rows with holes.</summary>
    public StepRows Holed { get; }

    /// <summary>How many filled views there are.</summary>
    public int Files => _filled.Count;

    /// <summary>The standard deviation of each variable's true values; 1 where they are all equal.</summary>
    public double[] Deviations()
    {
        double[] deviations = new double[Variables.Count];
        for (int v = 0; v < deviations.Length; v++)
        {
            double mean = 0, squares = 0;
            long count = 0;
            for (int row = 0; row < Truth.RowCount; row++)
            {
                double value = Truth[row][v];
                if (double.IsNaN(value))
                    continue;
                // Welford's way, which does not lose digits where the mean is large.
                double difference = value - mean;
                mean += difference / ++count;
                squares += difference * (value - mean);
            }

            deviations[v] = squares > 0 ? Math.Sqrt(squares / count) : 1;
        }

        return deviations;
    }

    /// <summary>How many cells that were not missing have another value in a filled view.</summary>
    public long Changed()
    {
        long changed = 0;
        for (int row = 0; row < Holed.RowCount; row++)
        {
            for (int v = 0; v < Variables.Count; v++)
            {
                if (!double.IsNaN(Holed[row][v]) && _filled.Any(rows => !rows[row][v].Equals(Holed[row][v])))
                    changed++;
            }
        }

        return changed;
    }

    /// <summary>What was filled into a cell.</summary>
    public FilledCell CellOf(int row, int variable)
    {
        if (_filled.Count == 1)
        {
            ReadOnlySpan<double> cells = _filled[0][row];
            (double lower, double upper) = _columns.IntervalOf(cells, variable);
            return new FilledCell(cells[variable], lower, upper, null);
        }

        double[] draws = [.. _filled.Select(rows => rows[row][variable]).Order()];
        bool hasInterval = draws.Length >= ImputedColumn.FewestDraws && !double.IsNaN(draws[0]);
        return new FilledCell(
            draws.Average(),
            hasInterval ? Quantiles.Of(draws, (1 - Coverage) / 2) : double.NaN,
            hasInterval ? Quantiles.Of(draws, (1 + Coverage) / 2) : double.NaN,
            draws);
    }

    private void RefuseOtherRows(StepRows rows, string what)
    {
        if (rows.RowCount != Truth.RowCount)
        {
            throw ColumnRefusal.Of(string.Create(CultureInfo.InvariantCulture,
                $"The true series have {Truth.RowCount} rows and the {what} {rows.RowCount}; the same ones were expected."));
        }

        for (int row = 0; row < rows.RowCount; row++)
        {
            if (rows.TimeOf(row) != Truth.TimeOf(row) || rows.NameOf(rows.GroupOf(row)) != Truth.NameOf(Truth.GroupOf(row)))
            {
                throw ColumnRefusal.Of(string.Create(CultureInfo.InvariantCulture,
                    $"Row {row + 1} of the {what} is not of the series and time of the true one; the same rows in the same order were " +
                    $"expected."));
            }
        }
    }

    private void RefuseOtherTruth()
    {
        for (int row = 0; row < Truth.RowCount; row++)
        {
            for (int v = 0; v < Variables.Count; v++)
            {
                if (!double.IsNaN(Holed[row][v]) && !Holed[row][v].Equals(Truth[row][v]))
                {
                    throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                        $"The series with holes are not the true ones with holes: row {row + 1} differs in column '{Variables[v]}'."));
                }
            }
        }
    }
}
