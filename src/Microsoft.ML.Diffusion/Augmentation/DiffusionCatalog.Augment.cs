using Microsoft.ML.Data;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.MLNetInternals;

namespace Microsoft.ML;

public static partial class DiffusionCatalog
{
    /// <summary>Adds synthetic rows for what comes behind it in a chain to be trained on; scoring and saved models see nothing of
    /// them.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="rowCount">How many rows to add, 0 or more. Null: as many as make the classes equal with
    /// <see cref="DiffusionAugmentEstimator.Options.Balance"/>, the sum of <see cref="DiffusionAugmentEstimator.Options.RowsPerLabel"/>,
    /// and
    /// otherwise as many as there are.</param>
    /// <param name="labelColumnName">The label of the trainer behind it; null for none.</param>
    /// <param name="options">How to train, and which rows to add; null takes the defaults.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <example><code>
    /// var pipeline = ml.Transforms.DiffusionAugment(2000, labelColumnName: "Label")   // in training only
    ///     .Append(ml.Transforms.Concatenate("Features", "Age", "Lactate"))
    ///     .Append(ml.BinaryClassification.Trainers.FastTree());
    /// </code></example>
    public static DiffusionAugmentEstimator DiffusionAugment(
        this TransformsCatalog catalog, long? rowCount = null, string? labelColumnName = null, DiffusionAugmentEstimator.Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(HostAccess.EnvironmentOf(catalog), rowCount, labelColumnName, options);
    }
}
