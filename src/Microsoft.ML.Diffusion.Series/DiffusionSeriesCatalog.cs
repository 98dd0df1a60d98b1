using System.Runtime.CompilerServices;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.MLNetInternals;

namespace Microsoft.ML;

/// <summary>What <c>ml.Transforms</c>, <c>ml.Data</c> and trained models gain for time series.</summary>
public static class DiffusionSeriesCatalog
{
    /// <summary>Fills in the missing values of time series under the names of their columns, with one model of all of them.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columns">The variables: all Single or Double (a row is a step), or all vectors of them (a row is a series). NaN is
    /// missing.</param>
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
}
