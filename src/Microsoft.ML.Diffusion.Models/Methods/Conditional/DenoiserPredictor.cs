using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>Denoisers of one kind at full noise, where each predicts the conditional mean: one pass of each, averaged.</summary>
internal sealed class DenoiserPredictor(TableEncoder encoder, string name, ConditionalDenoiser[] denoisers) : CellPredictor
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override void Predict(
        ReadOnlySpan<float> cells, int rows, Span<float> predictions, Workspace workspace, CancellationToken cancel = default)
    {
        predictions = predictions[..(rows * encoder.SlotCount)];
        predictions.Clear();
        foreach (ConditionalDenoiser denoiser in denoisers)
        {
            cancel.ThrowIfCancellationRequested();
            ReadOnlySpan<float> one = denoiser.Predict(encoder, cells, states: [], level: 1, rows, workspace.Tape);
            for (int i = 0; i < predictions.Length; i++)
                predictions[i] += one[i];
        }
        for (int i = 0; i < predictions.Length; i++)
            predictions[i] /= denoisers.Length;
    }

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer)
    {
        writer.Write(name);
        writer.Write(denoisers.Length);
        foreach (ConditionalDenoiser denoiser in denoisers)
            denoiser.Save(writer);
    }

    public static DenoiserPredictor Load(BinaryReader reader, TableEncoder encoder)
    {
        string name = reader.ReadString();
        ConditionalDenoiser[] denoisers = reader.ReadItems(
            2 * sizeof(int), "networks", reader => ConditionalDenoiser.Load(reader, encoder));
        CheckedReading.Require(denoisers.Length > 0, "there is no network");
        return new DenoiserPredictor(encoder, name, denoisers);
    }
}
