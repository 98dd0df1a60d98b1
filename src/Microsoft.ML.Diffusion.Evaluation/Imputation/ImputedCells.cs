using System.Globalization;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Imputation;

/// <summary>Judges filled tables by the true values of the cells that were hidden, whoever filled them. <see cref="ImputationQuality"/>
/// judges an
/// imputer.</summary>
public static class ImputedCells
{
    /// <summary>Judges filled tables.</summary>
    /// <param name="truth">The table before cells were hidden.</param>
    /// <param name="holed">The same rows after it. Cells that are missing here and not in <paramref name="truth"/> are judged.</param>
    /// <param name="filled">The same rows filled in: one table of best guesses, or several draws.</param>
    /// <exception cref="ArgumentException">The tables differ in columns or rows, or no filled table is given.</exception>
    /// <exception cref="InvalidDataException">The table has no rows, a number is infinite, no cell is hidden, or a cell that is not
    /// missing in
    /// <paramref name="holed"/> is not that of <paramref name="truth"/>.</exception>
    public static ImputedCellsResult Measure(Table truth, Table holed, params IReadOnlyList<Table> filled)
    {
        ArgumentNullException.ThrowIfNull(filled);
        if (filled.Count == 0)
            throw new ArgumentException("There is no filled table; at least one was expected.", nameof(filled));
        foreach (Table other in filled.Prepend(holed))
        {
            ComparedTables.Require(truth, other);
            if (other.RowCount != truth.RowCount)
            {
                throw new ArgumentException(
                    $"The true table has {truth.RowCount} rows and another one {other.RowCount}; the same ones were expected.",
                    nameof(filled));
            }
        }

        RefuseOtherTruth(truth, holed);
        ImputedColumn[] columns = [.. Enumerable.Range(0, truth.Columns.Count).Select(i => new ImputedColumn(truth, holed, filled, i))
            .Where(column => column.Hidden > 0)];
        if (columns.Length == 0)
            throw new InvalidDataException("No cell with a true value is missing in the table with holes; nothing can be measured.");

        ImputedCellsColumn[] found = [.. columns.Select(column => column.Judge())];
        (ImputedColumn Column, ImputedCellsColumn Found)[] numbers =
            [.. columns.Zip(found).Where(pair => pair.Second.Kind == ColumnKind.Numeric)];
        double Pooled(Func<ImputedColumn, ImputedCellsColumn, double> figure) =>
            Mean(numbers.Select(pair => (figure(pair.Column, pair.Found), pair.Found.FilledCells)));
        int hidden = columns.Sum(column => column.Hidden), judged = found.Sum(column => column.FilledCells);
        ImputedCellsResult result = new(
            ImputedCellsResult.CurrentSchemaVersion,
            truth.RowCount,
            filled.Count,
            hidden,
            judged,
            judged / (double)hidden,
            Changed(holed, filled),
            Math.Sqrt(Pooled((_, own) => own.ScaledRootMeanSquaredError * own.ScaledRootMeanSquaredError)),
            Pooled((column, own) => own.MeanAbsoluteError / column.Range),
            Pooled((_, own) => own.RankCorrelation),
            Pooled((_, own) => own.MeanAbsoluteLogError),
            Mean(found.Where(own => own.Kind == ColumnKind.Categorical).Select(own => (own.Accuracy, own.FilledCells))),
            Pooled((_, own) => own.IntervalCoverage),
            Pooled((column, own) => own.Crps / column.Range),
            found,
            []);
        string[] negative = [.. numbers
            .Where(pair => pair.Column.HasLogarithms && pair.Found.FilledCells > 0 && double.IsNaN(pair.Found.MeanAbsoluteLogError))
            .Select(pair => pair.Found.Column)];
        return result with { Undefined = [.. Undefined(result, negative)] };
    }

    private static void RefuseOtherTruth(Table truth, Table holed)
    {
        for (int row = 0; row < truth.RowCount; row++)
        {
            for (int i = 0; i < truth.Columns.Count; i++)
            {
                if (!double.IsNaN(holed[row, i]) && !holed[row, i].Equals(truth[row, i]))
                {
                    throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                        $"The table with holes is not the true one with holes: row {row + 1} differs in column '{truth.Columns[i].Name}'."));
                }
            }
        }
    }

    private static int Changed(Table holed, IReadOnlyList<Table> filled) => Enumerable.Range(0, holed.RowCount).Sum(row =>
        Enumerable.Range(0, holed.Columns.Count).Count(i =>
            !double.IsNaN(holed[row, i]) && filled.Any(table => !table[row, i].Equals(holed[row, i]))));

    private static double Mean(IEnumerable<(double Value, int Weight)> values)
    {
        (double Value, int Weight)[] defined = [.. values.Where(pair => pair.Weight > 0 && !double.IsNaN(pair.Value))];
        return defined.Length == 0 ? double.NaN : defined.Sum(pair => pair.Value * pair.Weight) / defined.Sum(pair => pair.Weight);
    }

    private static IEnumerable<UndefinedFigure> Undefined(ImputedCellsResult result, string[] negative)
    {
        bool hasNumbers = result.Columns.Any(column => column.Kind == ColumnKind.Numeric && column.FilledCells > 0);
        const string NoNumbers = "no hidden number is filled in", NoCategories = "no hidden category is filled in";
        const string NotPositive = "a filled-in number is not above 0";
        (string Name, double Value, string Reason)[] figures =
        [
            ("rootMeanSquaredError", result.RootMeanSquaredError, NoNumbers),
            ("meanAbsoluteError", result.MeanAbsoluteError, NoNumbers),
            ("rankCorrelation", result.RankCorrelation,
                hasNumbers ? "the true or the filled-in numbers of every column are all equal" : NoNumbers),
            ("meanAbsoluteLogError", result.MeanAbsoluteLogError,
                negative.Length > 0 ? NotPositive : "no column of numbers above 0 spans two powers of ten"),
            ("accuracy", result.Accuracy, NoCategories),
            ("intervalCoverage", result.IntervalCoverage,
                hasNumbers ? $"it takes {ImputedColumn.FewestDraws} filled files, and there are {result.Files}" : NoNumbers),
            ("crps", result.Crps, hasNumbers ? "it takes two filled files" : NoNumbers),
            .. result.Columns.Where(column => column.FilledCells == 0)
                .Select(column => ($"columns[{column.Column}]", double.NaN, "none of its hidden cells is filled in")),
            .. result.Columns.Where(column => column.FilledCells > 0 && column.Kind == ColumnKind.Numeric)
                .Select(column => ($"columns[{column.Column}].rankCorrelation", column.RankCorrelation,
                    "the true or the filled-in numbers are all equal")),
            .. negative.Select(column => ($"columns[{column}].meanAbsoluteLogError", double.NaN, NotPositive)),
        ];
        return figures.Where(figure => double.IsNaN(figure.Value)).Select(figure => new UndefinedFigure(figure.Name, figure.Reason));
    }
}
