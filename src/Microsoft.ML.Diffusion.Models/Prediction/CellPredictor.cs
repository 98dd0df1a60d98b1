namespace Microsoft.ML.Diffusion.Models.Prediction;

/// <summary>Predicts the unknown cells of encoded rows from the known ones: a member of a blend, or a baseline. Immutable once
/// fitted, and used by several threads at once. What it says of a row does not depend on the rows around it.</summary>
internal abstract class CellPredictor
{
    /// <summary>What logs and reports call it.</summary>
    public abstract string Name { get; }

    /// <summary>Predicts.</summary>
    /// <param name="cells">[rows, encoded columns]: scaled numbers and numbers of categories, NaN where unknown.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="predictions">[rows, slots]: of every unknown cell the conditional mean of its scaled number, or the
    /// probability of each category. What the slots of known cells receive is undefined.</param>
    /// <param name="workspace">Memory for this thread.</param>
    /// <param name="cancel">Looked at every few milliseconds.</param>
    public abstract void Predict(ReadOnlySpan<float> cells, int rows, Span<float> predictions, Workspace workspace, CancellationToken cancel = default);

    /// <summary>Writes everything but the encoder.</summary>
    public abstract void Save(BinaryWriter writer);
}
