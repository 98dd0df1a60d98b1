using Microsoft.ML.Data;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.MultipleImputation;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML;

public static partial class DiffusionCatalog
{
    /// <summary>Multiple imputation: the same view several times, with its missing values drawn anew each time by a model of its
    /// own. Run the same analysis on each, then pool what comes out with <see cref="Rubin.Pool"/>.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="view">The view; read once for the training.</param>
    /// <param name="m">How many times, 1 or more. Default: 5, enough for estimates. For standard errors that hardly change from one
    /// imputation to the next take about the percentage of rows with a missing value (White, Royston and Wood 2011, section 7).</param>
    /// <param name="columns">The columns to fill in. They should include all that the analysis uses, the outcome too, even where
    /// nothing is missing: what the model does not see, it assumes unrelated. None: all of a type in which a value can be missing.</param>
    /// <returns>Views that read the other one anew, and draw, for every cursor; the same values each time.</returns>
    /// <exception cref="ArgumentException">A column is not there, or no value of its type can be missing.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="m"/> is less than 1.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or a number is infinite.</exception>
    /// <example><code>
    /// IReadOnlyList&lt;IDataView&gt; completed = ml.Data.MultiplyImpute(rows, m: 20, "Age", "Lactate");
    /// (double Estimate, double StandardError)[] fits = [.. completed.Select(Analyse)];   // your analysis of a complete table
    /// PooledEstimate pooled = Rubin.Pool([.. fits.Select(fit => fit.Estimate)], [.. fits.Select(fit => fit.StandardError)]);
    /// </code></example>
    public static IReadOnlyList<IDataView> MultiplyImpute(this DataOperationsCatalog catalog, IDataView view, int m = 5, params string[] columns) =>
        catalog.MultiplyImpute(view, m, options: null, models: null, columns);

    /// <summary>Multiple imputation with options: the same view several times, with its missing values drawn anew each time.</summary>
    /// <remarks>Draws of one model differ by what a row leaves open about its missing values; what the rows leave open about the model they
    /// all share, and pooled intervals come out too narrow: by a tenth in the simulation of eng/benchmarks/MultipleImputation, where two
    /// fifths of a column of 250 rows are missing. So each of several models is trained on a bootstrap sample of the rows. That takes
    /// the time of as many trainings; a table of many thousand rows leaves little open and gets by with one. A category that a sample
    /// lacks is never drawn by its model.</remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="view">The view; read once for the training.</param>
    /// <param name="m">How many times, 1 or more.</param>
    /// <param name="options">How to train; null takes the defaults. What it leaves open is chosen for draws alone: by default the cheapest
    /// <see cref="ConditionalOptions.Members"/>, and no cell held back to weigh them. The mode is always
    /// <see cref="ImputationMode.Draw"/>. A method that draws each cell by itself (one without
    /// <see cref="ImputationAbilities.JointDraws"/>) leaves out how the missing cells of one row hang together.</param>
    /// <param name="models">How many models are trained, 1 to <paramref name="m"/>, among which the draws take turns; 1 trains on the
    /// rows as they are. Null: <paramref name="m"/>.</param>
    /// <param name="columns">The columns to fill in. None: all of a type in which a value can be missing, save the predictors.</param>
    /// <returns>Views that read the other one anew, and draw, for every cursor; the same values each time.</returns>
    /// <exception cref="ArgumentException">A column is not there, or no value of its type can be missing.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="m"/> is less than 1, or <paramref name="models"/> is not between 1 and
    /// <paramref name="m"/>.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or a number is infinite.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    public static IReadOnlyList<IDataView> MultiplyImpute(
        this DataOperationsCatalog catalog,
        IDataView view,
        int m,
        DiffusionImputeEstimator.Options? options,
        int? models = null,
        params string[] columns)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(m, 1);
        if (models < 1 || models > m)
            throw new ArgumentOutOfRangeException(nameof(models), models, $"The number of models must lie between 1 and the {m} imputations.");
        options = options?.Copy() ?? new();
        options.Mode = ImputationMode.Draw;
        var estimator = new DiffusionImputeEstimator(HostAccess.EnvironmentOf(catalog), ColumnsToFill(view.Schema, columns, options), options);
        DiffusionImputeTransformer[] trained = estimator.FitSeveral(view, models ?? m, drawsOnly: true);
        return [.. Enumerable.Range(0, m).Select(draw => Drawn(trained[draw % trained.Length], view, draw))];
    }

    /// <summary>Several draws of a model that is trained already, for the same or new rows.</summary>
    /// <remarks>Good for what depends on the rows' own uncertainty, such as the spread of a prediction. Intervals pooled over draws of one
    /// model are too narrow where it was trained on few rows: the overloads that train take care of that.</remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="view">The view.</param>
    /// <param name="transformer">The model, whatever its <see cref="DiffusionImputeTransformer.Mode"/>.</param>
    /// <param name="m">How many times, 1 or more. Default: 5.</param>
    /// <returns>Views that read the other one anew, and draw, for every cursor; the same values each time.</returns>
    /// <exception cref="ArgumentException">A column that the model reads is not there, or is not what it was trained on.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="m"/> is less than 1.</exception>
    public static IReadOnlyList<IDataView> MultiplyImpute(
        this DataOperationsCatalog catalog,
        IDataView view,
        DiffusionImputeTransformer transformer,
        int m = 5)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentOutOfRangeException.ThrowIfLessThan(m, 1);
        return [.. Enumerable.Range(0, m).Select(draw => Drawn(transformer, view, draw))];
    }

    private static IDataView Drawn(DiffusionImputeTransformer transformer, IDataView view, int draw) =>
        transformer.WithMode(ImputationMode.Draw, draw).Transform(view);

    private static InputOutputColumnPair[] ColumnsToFill(DataViewSchema schema, string[] columns, DiffusionImputeEstimator.Options options)
    {
        foreach (string name in columns)
        {
            if (schema.GetColumnOrNull(name) is null)
                throw ColumnRefusal.Unknown(name, schema);
        }

        IEnumerable<string> names = columns.Length > 0
            ? columns
            : schema.Where(column => !column.IsHidden && ColumnTypes.IsSupported(column.Type)).Select(column => column.Name)
                .Except(options.PredictorColumns, StringComparer.Ordinal);
        return [.. names.Select(name => new InputOutputColumnPair(name))];
    }
}
