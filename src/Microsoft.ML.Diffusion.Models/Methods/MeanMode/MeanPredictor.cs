using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;

namespace Microsoft.ML.Diffusion.Models.Methods.MeanMode;

/// <summary>The mean of a number and the frequencies of categories, whatever the rest of the row says.</summary>
internal sealed class MeanPredictor(float[] means) : CellPredictor
{
    /// <inheritdoc/>
    public override string Name => "mean and mode";

    /// <summary>Fits it.</summary>
    /// <param name="rows">The rows.</param>
    public static MeanPredictor Fit(EncodedRows rows) =>
        new(SlotMeans.Of(rows, new int[rows.Width]));

    /// <inheritdoc/>
    public override void Predict(ReadOnlySpan<float> cells, int rows, Span<float> predictions, Workspace workspace, CancellationToken cancel = default)
    {
        for (int row = 0; row < rows; row++)
            means.CopyTo(predictions[(row * means.Length)..]);
    }

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer) => writer.WriteArray(means);
}
