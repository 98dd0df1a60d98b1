using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Models.Amputation;

namespace Microsoft.ML;

/// <summary>What <c>ml.Transforms</c> and <c>ml.Data</c> gain from diffusion models.</summary>
public static partial class DiffusionCatalog
{
    /// <summary>Fills in the missing values of columns under their own names, with one model of all of them.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columns">The columns: Single, Double, a known-sized vector of one of them (NaN is missing), key (0 is
    /// missing) or text (empty is missing).</param>
    /// <exception cref="ArgumentException">No column is named, or one is named twice.</exception>
    /// <example><code>
    /// ITransformer model = ml.Transforms.DiffusionImpute("Age", "Lactate", "Ward").Fit(rows);
    /// IDataView filled = model.Transform(rows);
    /// </code></example>
    public static DiffusionImputeEstimator DiffusionImpute(this TransformsCatalog catalog, params string[] columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return catalog.DiffusionImpute([.. columns.Select(column => new InputOutputColumnPair(column))]);
    }

    /// <summary>Fills in the missing values of columns under their own names, with one model of all of them.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columns">The columns, as for <see cref="DiffusionImpute(TransformsCatalog, string[])"/>.</param>
    /// <param name="options">How to train and impute; null takes the defaults.</param>
    /// <exception cref="ArgumentException">No column is named, or one is named twice.</exception>
    /// <example><code>
    /// var estimator = ml.Transforms.DiffusionImpute(["Age", "Lactate"], new() { PredictorColumns = ["Ward"] });
    /// </code></example>
    public static DiffusionImputeEstimator DiffusionImpute(
        this TransformsCatalog catalog, string[] columns, DiffusionImputeEstimator.Options? options)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return catalog.DiffusionImpute([.. columns.Select(column => new InputOutputColumnPair(column))], options);
    }

    /// <summary>Fills in the missing values of columns under their own or other names, with one model of all of them.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columns">Output and input names. The input columns are Single, Double, a known-sized vector of one of them
    /// (NaN is missing), key (0 is missing) or text (empty is missing).</param>
    /// <param name="options">How to train and impute; null takes the defaults.</param>
    /// <exception cref="ArgumentException">No column is named, or two have the same output name.</exception>
    /// <example><code>
    /// var estimator = ml.Transforms.DiffusionImpute([new("AgeFilled", "Age")], new() { PredictorColumns = ["Ward"] });
    /// </code></example>
    // C# alone: [new("Filled", "Age")] in brackets is taken for pairs and not for texts.
    [OverloadResolutionPriority(1)]
    public static DiffusionImputeEstimator DiffusionImpute(
        this TransformsCatalog catalog,
        InputOutputColumnPair[] columns,
        DiffusionImputeEstimator.Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(HostAccess.EnvironmentOf(catalog), columns, options);
    }

    /// <summary>Fills in the missing values of one column under another name.</summary>
    /// <remarks>All parameters are needed, so that two names alone are two columns in every language, whatever its rules of overloads.</remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The name of the filled-in column.</param>
    /// <param name="inputColumnName">The column to fill in; null takes <paramref name="outputColumnName"/>.</param>
    /// <param name="options">How to train and impute, and <see cref="DiffusionImputeEstimator.Options.PredictorColumns">from which
    /// other columns</see>; null takes the defaults.</param>
    /// <example><code>
    /// var estimator = ml.Transforms.DiffusionImpute(
    ///     "AgeFilled", "Age", new DiffusionImputeEstimator.Options { PredictorColumns = ["Ward"] });
    /// </code></example>
    public static DiffusionImputeEstimator DiffusionImpute(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName,
        DiffusionImputeEstimator.Options? options) =>
        catalog.DiffusionImpute([new InputOutputColumnPair(outputColumnName, inputColumnName)], options);

    /// <summary>The same view with values made missing on purpose, to find out what an imputer makes of them.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="view">The view; it must give the same rows in the same order each time it is read.</param>
    /// <param name="mechanism">Why values go missing.</param>
    /// <param name="rate">The share of values to hide, 0 to 1. Values that are missing already stay so.</param>
    /// <param name="seed">The same seed hides the same values. Null: the seed of the MLContext, and where that has none a new
    /// one.</param>
    /// <param name="columns">The columns to hide values of; every slot of a vector counts as a column. None: all of a type in
    /// which a value can be missing.</param>
    /// <returns>A view that reads the other one anew for every cursor. Which values are hidden is decided when the first cursor is
    /// opened.</returns>
    /// <exception cref="ArgumentException">A column is not there, or no value of its type can be missing.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not between 0 and 1.</exception>
    /// <example><code>
    /// IDataView holes = ml.Data.Ampute(rows, MissingnessMechanism.McarColumn, rate: 0.2, seed: 1, "Age", "Lactate");
    /// </code></example>
    public static IDataView Ampute(
        this DataOperationsCatalog catalog,
        IDataView view,
        MissingnessMechanism mechanism,
        double rate,
        int? seed = null,
        params string[] columns)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(view);
        int chosen = seed ?? HostAccess.SeedOf(HostAccess.EnvironmentOf(catalog)) ?? Random.Shared.Next();
        return new AmputedView(view, mechanism, rate, (uint)chosen, columns);
    }
}
