using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.ChainedRidge;

/// <summary>A ridge regression per column on all others, column after column on what the regressions before have filled (chained
/// equations: van Buuren and Groothuis-Oudshoorn 2011), without noise. Categories are regressed one-hot.</summary>
internal sealed class ChainedRidgePredictor : CellPredictor
{
    private const int MostPasses = 1000;

    private readonly TableEncoder _encoder;
    private readonly float[] _means;
    private readonly RidgeModel[] _models;
    private readonly int _passes;

    /// <param name="encoder">The columns.</param>
    /// <param name="means">[slots]: what unknown cells hold at first.</param>
    /// <param name="models">Per encoded column.</param>
    /// <param name="passes">Sweeps over the unknown cells of a row.</param>
    public ChainedRidgePredictor(TableEncoder encoder, float[] means, RidgeModel[] models, int passes)
    {
        (_encoder, _means, _models, _passes) = (encoder, means, models, passes);
    }

    /// <inheritdoc/>
    public override string Name => "ridge";

    /// <summary>Fits the regressions.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="settings">How.</param>
    /// <param name="random">Chooses rows where there are many.</param>
    /// <param name="threads">How many to use; changes no bit.</param>
    /// <param name="deadline">Sweeps that do not fit are left out.</param>
    /// <param name="cancel">Looked at every few milliseconds.</param>
    public static ChainedRidgePredictor Fit(
        EncodedRows rows, RidgeSettings settings, Philox random, int threads, TrainingDeadline deadline,
        CancellationToken cancel = default) =>
        new RidgeTrainer(rows, settings, random, threads, deadline, cancel).Fit();

    public static ChainedRidgePredictor Load(BinaryReader reader, TableEncoder encoder)
    {
        float[] means = reader.ReadFiniteSingles("means", encoder.SlotCount);
        int passes = reader.ReadBetween(0, MostPasses, "the number of passes");
        RidgeModel[] models = new RidgeModel[encoder.Encoded.Count];
        for (int i = 0; i < models.Length; i++)
            models[i] = RidgeModel.Load(reader, encoder.SlotCount, encoder.Encoded[i].SlotCount);
        return new ChainedRidgePredictor(encoder, means, models, passes);
    }

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer)
    {
        writer.WriteArray(_means);
        writer.Write(_passes);
        foreach (RidgeModel model in _models)
            model.Save(writer);
    }

    /// <inheritdoc/>
    public override void Predict(
        ReadOnlySpan<float> cells, int rows, Span<float> predictions, Workspace workspace, CancellationToken cancel = default)
    {
        int width = _encoder.Encoded.Count;
        for (int row = 0; row < rows; row++)
        {
            cancel.ThrowIfCancellationRequested();
            ReadOnlySpan<float> own = cells.Slice(row * width, width);
            Span<float> slots = predictions.Slice(row * _encoder.SlotCount, _encoder.SlotCount);
            SlotMeans.WriteRow(_encoder, own, _means, slots);
            for (int pass = 0; pass < _passes; pass++)
            {
                for (int i = 0; i < width; i++)
                {
                    EncodedColumn column = _encoder.Encoded[i];
                    if (float.IsNaN(own[i]))
                        _models[i].Predict(slots, slots.Slice(column.FirstSlot, column.SlotCount), column.Scaler is null);
                }
            }
        }
    }
}
