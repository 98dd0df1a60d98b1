namespace Microsoft.ML.Diffusion;

/// <summary>Estimators for <c>using static</c>, where no MLContext is at hand: <c>pipeline.Append(DiffusionAugment(2000))</c>.</summary>
/// <remarks>They have a context of their own: its seed is 1 unless the options name another, and what they say goes to the options'
/// progress only, not to the log of another MLContext.</remarks>
public static class DiffusionEstimators
{
    private const int Seed = 1;

    /// <inheritdoc cref="DiffusionCatalog.DiffusionAugment(TransformsCatalog, long?, string, DiffusionAugmentEstimator.Options)"/>
    public static DiffusionAugmentEstimator DiffusionAugment(
        long? rowCount = null, string? labelColumnName = null, DiffusionAugmentEstimator.Options? options = null) =>
        new MLContext(Seed).Transforms.DiffusionAugment(rowCount, labelColumnName, options);
}
