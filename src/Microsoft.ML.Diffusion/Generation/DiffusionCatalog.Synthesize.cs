using Microsoft.ML.Data;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.MLNetInternals;

namespace Microsoft.ML;

public static partial class DiffusionCatalog
{
    /// <summary>Learns to make rows like those of a view.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">The column that will be learned from the rows made, which is taken special care of; null for
    /// none.</param>
    /// <param name="options">How to train, and which columns to make; null takes the defaults: all columns.</param>
    /// <example><code>
    /// DiffusionSynthesizeTransformer model = ml.Transforms.DiffusionSynthesize("Label").Fit(rows);
    /// IDataView made = model.Generate(1000, new RowConditions().Where("Ward", "ICU"));
    /// </code></example>
    public static DiffusionSynthesizeEstimator DiffusionSynthesize(
        this TransformsCatalog catalog, string? labelColumnName = null, DiffusionSynthesizeEstimator.Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(HostAccess.EnvironmentOf(catalog), labelColumnName, options);
    }

    /// <summary>Rows like those of a view: learns them, then makes rows as they are read.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="view">The rows to learn from, complete or not; read once.</param>
    /// <param name="rowCount">How many rows to make, 0 or more; ten million take no more memory than a thousand.</param>
    /// <param name="labelColumnName">The column that will be learned from the rows made, which is taken special care of; null for
    /// none.</param>
    /// <param name="conditions">What every row must satisfy; null for nothing.</param>
    /// <param name="options">How to train, and which columns to make; null takes the defaults: all columns.</param>
    /// <returns>A view with the columns that are made, of the types and with the annotations of the other view. Every cursor gives the same
    /// rows.</returns>
    /// <exception cref="ArgumentException">A column is not there, no values of its type can be made, or a condition cannot be
    /// satisfied.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or a number is infinite.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    /// <example><code>
    /// IDataView made = ml.Data.DiffusionSynthesize(rows, rowCount: 1000, labelColumnName: "Label");
    /// </code></example>
    public static IDataView DiffusionSynthesize(
        this DataOperationsCatalog catalog,
        IDataView view,
        long rowCount,
        string? labelColumnName = null,
        RowConditions? conditions = null,
        DiffusionSynthesizeEstimator.Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(view);
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        (conditions ?? new()).RequireSupportedBy(options ?? new());
        var estimator = new DiffusionSynthesizeEstimator(HostAccess.EnvironmentOf(catalog), labelColumnName, options);
        DiffusionSynthesizeTransformer model = estimator.Fit(view, rows => conditions?.For(rows.Table.Columns, rows.ViewColumns));
        return model.Generate(rowCount, conditions, cancel: options?.CancellationToken ?? default);
    }
}
