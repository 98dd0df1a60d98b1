using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Errors on hidden cells, numbers scaled by the complete table's minimum and maximum.</summary>
/// <param name="Pooled">Root mean squared error over all hidden numbers.</param>
/// <param name="PerColumn">The mean over columns of each one's root mean squared error.</param>
/// <param name="Accuracy">Share of hidden categories that were guessed.</param>
internal sealed record Score(double Pooled, double PerColumn, double Accuracy)
{
    public static Score Of(Table truth, Table amputed, Table filled)
    {
        double squares = 0, columnErrors = 0;
        int numbers = 0, columns = 0, right = 0, categories = 0;
        for (int column = 0; column < truth.Columns.Count; column++)
        {
            bool isNumeric = truth.Columns[column].Kind == ColumnKind.Numeric;
            double minimum = double.PositiveInfinity, maximum = double.NegativeInfinity, columnSquares = 0;
            for (int row = 0; row < truth.RowCount; row++)
            {
                minimum = double.IsNaN(truth[row, column]) ? minimum : Math.Min(minimum, truth[row, column]);
                maximum = double.IsNaN(truth[row, column]) ? maximum : Math.Max(maximum, truth[row, column]);
            }
            double range = maximum > minimum ? maximum - minimum : 1;
            int hidden = 0;
            for (int row = 0; row < truth.RowCount; row++)
            {
                if (double.IsNaN(truth[row, column]) || !double.IsNaN(amputed[row, column]))
                    continue;
                hidden++;
                if (!isNumeric)
                {
                    right += filled[row, column] == truth[row, column] ? 1 : 0;
                    categories++;
                    continue;
                }
                double error = (filled[row, column] - truth[row, column]) / range;
                columnSquares += error * error;
            }
            if (!isNumeric || hidden == 0)
                continue;
            squares += columnSquares;
            numbers += hidden;
            columnErrors += Math.Sqrt(columnSquares / hidden);
            columns++;
        }
        return new Score(Math.Sqrt(squares / numbers), columnErrors / columns, (double)right / categories);
    }
}
