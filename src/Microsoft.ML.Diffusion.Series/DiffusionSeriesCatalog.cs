using System.Runtime.CompilerServices;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Series.Splitting;

namespace Microsoft.ML;

/// <summary>What <c>ml.Transforms</c>, <c>ml.Data</c> and trained models gain for time series.</summary>
public static class DiffusionSeriesCatalog
{
    /// <summary>Fills in the missing values of time series under the names of their columns, with one model of all of them.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columns">The variables: Single, Double, texts and keys (a row is a step), or all vectors of Single or Double (a row is
    /// a series). Missing are NaN, the empty text and the key 0.</param>
    /// <param name="groupColumn">The column that names the series of a row: text, key or number. Null for one long series, and where a row
    /// is a series.</param>
    /// <param name="orderColumn">The column of times: a number, DateTime or DateTimeOffset, a vector of them where a row is a series; null
    /// there for steps that are one apart.</param>
    /// <param name="options">How to train and fill; null takes the defaults.</param>
    /// <exception cref="ArgumentException">No column is named, or one is named twice, or an option has an impossible value.</exception>
    /// <example><code>
    /// var estimator = ml.Transforms.DiffusionImputeSeries(["HR", "Lactate"], groupColumn: "Patient", orderColumn: "Hour");
    /// </code></example>
    public static DiffusionImputeSeriesEstimator DiffusionImputeSeries(
        this TransformsCatalog catalog,
        string[] columns,
        string? groupColumn = null,
        string? orderColumn = null,
        DiffusionImputeSeriesEstimator.Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return catalog.DiffusionImputeSeries(
            (InputOutputColumnPair[])[.. columns.Select(column => new InputOutputColumnPair(column))], groupColumn, orderColumn, options);
    }

    /// <summary>Fills in the missing values of time series under the names of their columns or others, with one model of all of
    /// them.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columns">Output and input names of the variables.</param>
    /// <param name="groupColumn">The column that names the series of a row; null for one long series, and where a row is a series.</param>
    /// <param name="orderColumn">The column of times; null where a row is a series of steps that are one apart.</param>
    /// <param name="options">How to train and fill; null takes the defaults.</param>
    /// <exception cref="ArgumentException">No column is named, or two have the same output name, or an option has an impossible
    /// value.</exception>
    // C# alone: [new("Filled", "HR")] in brackets is taken for pairs and not for texts.
    [OverloadResolutionPriority(1)]
    public static DiffusionImputeSeriesEstimator DiffusionImputeSeries(
        this TransformsCatalog catalog,
        InputOutputColumnPair[] columns,
        string? groupColumn = null,
        string? orderColumn = null,
        DiffusionImputeSeriesEstimator.Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(HostAccess.EnvironmentOf(catalog), columns, groupColumn, orderColumn, options);
    }

    /// <summary>Splits a view into two parts, so that all rows of a series are in the same one.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="view">The view; its group column is read now.</param>
    /// <param name="groupColumn">The column that names the series of a row: text, key or number.</param>
    /// <param name="testFraction">The share of series to test on, above 0 and below 1; at least one series is in each part.</param>
    /// <param name="seed">The same seed gives the same parts, whatever the order of rows. Null: the seed of the MLContext, and where that
    /// has none a new one.</param>
    /// <exception cref="ArgumentException">The column is not there, or names no series.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The share is not between 0 and 1.</exception>
    /// <exception cref="System.IO.InvalidDataException">A row belongs to no series, or there are fewer than two.</exception>
    /// <example><code>
    /// SeriesSplit split = ml.Data.TrainTestSplitBySeries(rows, groupColumn: "Patient", testFraction: 0.25, seed: 1);
    /// ITransformer model = ml.Transforms.DiffusionImputeSeries(["HR"], groupColumn: "Patient", orderColumn: "Hour").Fit(split.TrainSet);
    /// </code></example>
    public static SeriesSplit TrainTestSplitBySeries(
        this DataOperationsCatalog catalog, IDataView view, string groupColumn, double testFraction = 0.1, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(groupColumn);
        if (!(testFraction > 0 && testFraction < 1))
            throw new ArgumentOutOfRangeException(nameof(testFraction), $"The share is {testFraction}; it must be above 0 and below 1.");
        int chosen = seed ?? HostAccess.SeedOf(HostAccess.EnvironmentOf(catalog)) ?? Random.Shared.Next();
        var parts = new SeriesParts(view, groupColumn, testFraction, (uint)chosen);
        return new SeriesSplit(new SeriesPartView(view, parts, isTest: false), new SeriesPartView(view, parts, isTest: true));
    }

    /// <summary>Makes an engine that gives a trained model whole series, or steps that follow each other, as objects of a class.</summary>
    /// <param name="model">A <see cref="DiffusionImputeSeriesTransformer"/>, or a chain with one in it.</param>
    /// <param name="context">The MLContext.</param>
    /// <typeparam name="T">A class with a property for every column that the model reads and fills in.</typeparam>
    /// <exception cref="ArgumentException">The model fills no series, or the class lacks a property.</exception>
    /// <example><code>
    /// using SeriesEngine&lt;Observation&gt; engine = model.CreateSeriesEngine&lt;Observation&gt;(ml);
    /// Observation filled = engine.Append(new Observation { Patient = "17", Hour = 3, HR = float.NaN });
    /// </code></example>
    public static SeriesEngine<T> CreateSeriesEngine<T>(this ITransformer model, MLContext context)
        where T : class, new()
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(context);
        return new SeriesEngine<T>(model, context);
    }
}
