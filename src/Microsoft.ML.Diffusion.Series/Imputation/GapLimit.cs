using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Series.Imputation;

/// <summary>Leaves gaps missing that are longer than a limit.</summary>
internal static class GapLimit
{
    /// <summary>How long the gap is that a missing cell lies in: the time between the observed values of its variable before and after, at
    /// an end of the series from the cell to the nearest observed value, and where nothing may be known of what comes after from the one
    /// before to the cell.</summary>
    /// <param name="time">Of the cell.</param>
    /// <param name="before">When the variable was observed last; NaN where it was not.</param>
    /// <param name="after">When it was observed next; NaN where it was not.</param>
    /// <returns>Infinity where nothing was observed.</returns>
    public static double Length(double time, double before, double after) =>
        double.IsNaN(before) ? double.IsNaN(after) ? double.PositiveInfinity : after - time
        : double.IsNaN(after) ? time - before : after - before;

    /// <summary>Makes filled cells missing again.</summary>
    /// <param name="most">The longest gap that is filled.</param>
    /// <param name="series">The series.</param>
    /// <param name="direction">Whether what comes after may be known.</param>
    /// <param name="completed">Its cells, filled.</param>
    /// <param name="uncertainties">How sure each is; may be empty.</param>
    public static void Apply(
        double most, Data.Series series, SeriesDirection direction, Span<double> completed, Span<CellUncertainty> uncertainties)
    {
        int variables = series.Length == 0 ? 0 : series.Cells.Length / series.Length;
        double[] after = new double[series.Length];
        for (int v = 0; v < variables; v++)
        {
            double next = double.NaN, last = double.NaN;
            for (int t = series.Length - 1; t >= 0; t--)
            {
                after[t] = next;
                if (!double.IsNaN(series.Cells[t * variables + v]) && direction == SeriesDirection.Smooth)
                    next = series.Times[t];
            }
            for (int t = 0; t < series.Length; t++)
            {
                int cell = t * variables + v;
                if (!double.IsNaN(series.Cells[cell]))
                {
                    last = series.Times[t];
                    continue;
                }
                if (Length(series.Times[t], last, after[t]) <= most)
                    continue;
                completed[cell] = double.NaN;
                if (!uncertainties.IsEmpty)
                    uncertainties[cell] = CellUncertainty.Unknown;
            }
        }
    }
}
