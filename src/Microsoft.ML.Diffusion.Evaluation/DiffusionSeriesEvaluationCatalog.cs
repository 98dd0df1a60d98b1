using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Evaluation;
using Microsoft.ML.Diffusion.Evaluation.SeriesImputation;
using Microsoft.ML.Diffusion.Series.Views;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML;

/// <summary>What an <see cref="MLContext"/> gains from the package Microsoft.ML.Diffusion.Evaluation for time series.</summary>
public static class DiffusionSeriesEvaluationCatalog
{
    /// <summary>Judges the filled-in cells of time series by their true values, whoever filled them: errors a variable, together, and by
    /// the length of the gap, beside those of simple methods on the same cells, and how honest intervals are.</summary>
    /// <remarks>A row is a step of a series. Where one filled view has columns `X.Lower` and `X.Upper`, they are the interval of `X`; of
    /// ten or more draws it is the one from their 5 % to their 95 % quantile. <see cref="EvaluationJson"/> writes the result as JSON,
    /// <see cref="Microsoft.ML.Diffusion.Evaluation.Report.ImputedSeriesReport"/> as a page.</remarks>
    /// <param name="ml">The context.</param>
    /// <param name="truth">The rows before cells were hidden.</param>
    /// <param name="holed">The same rows in the same order, with missing cells.</param>
    /// <param name="filled">The same rows filled in: one view of best guesses, or several draws.</param>
    /// <param name="groupColumn">The column that names the series of a row: text, key or number. Null for one long series.</param>
    /// <param name="orderColumn">The column of times: a number, DateTime or DateTimeOffset.</param>
    /// <param name="columns">The variables. Null: every other column of <paramref name="truth"/> that holds Single or Double.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="ArgumentException">A column is not there or not of a type that series are made of, the views differ in their rows,
    /// or there is no filled view.</exception>
    /// <exception cref="InvalidDataException">There are no rows, a row has no time or no series, two rows are of the same series and time,
    /// a number is infinite, no cell is hidden, or a cell that is not missing in <paramref name="holed"/> is not that of
    /// <paramref name="truth"/>.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    /// <example><code>
    /// ImputedSeriesResult result = ml.EvaluateImputedSeries(truth, holes, [filled], groupColumn: "Patient", orderColumn: "Hour");
    /// </code></example>
    public static ImputedSeriesResult EvaluateImputedSeries(
        this MLContext ml,
        IDataView truth,
        IDataView holed,
        IReadOnlyList<IDataView> filled,
        string? groupColumn,
        string orderColumn,
        string[]? columns = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(ml);
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(holed);
        ArgumentNullException.ThrowIfNull(filled);
        ArgumentNullException.ThrowIfNull(orderColumn);
        if (filled.Count == 0)
            throw new ArgumentException("There is no filled view; at least one was expected.", nameof(filled));
        string[] variables = columns ?? [.. truth.Schema
            .Where(column => !column.IsHidden && column.Type is NumberDataViewType && IsReal(column)
                && column.Name != groupColumn && column.Name != orderColumn)
            .Select(column => column.Name)];
        if (variables.Length == 0)
            throw new ArgumentException("The true rows have no column of Single or Double beside the group and the order.", nameof(truth));
        // The intervals of several draws come from the draws.
        ComparedColumns compared = new(
            variables, name => filled.Count == 1 && filled[0].Schema.GetColumnOrNull(name) is { } column && IsReal(column));
        return SeriesJudge.Judge(
            new ComparedSeries(
                compared,
                Read(truth, variables),
                Read(holed, variables),
                [.. filled.Select(view => Read(view, compared.Read))]),
            orderColumn,
            cancel);

        StepRows Read(IDataView view, IReadOnlyList<string> names)
        {
            SeriesLayout layout = new([.. names.Select(name => new InputOutputColumnPair(name))], groupColumn, orderColumn, []);
            layout.RefuseBadNames();
            SeriesSources sources = SeriesSources.Find(layout, view.Schema);
            if (sources.Form != SeriesForm.StepPerRow)
                throw ColumnRefusal.Of("The variables are vectors; single numbers were expected, a row a step of a series.");
            return new StepRows(view, sources, refusesInfinities: true, cancel);
        }
    }

    private static bool IsReal(DataViewSchema.Column column) =>
        column.Type.Equals(NumberDataViewType.Single) || column.Type.Equals(NumberDataViewType.Double);
}
