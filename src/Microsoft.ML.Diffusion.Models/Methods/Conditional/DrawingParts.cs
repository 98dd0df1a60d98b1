using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Donors;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>What draws are made with.</summary>
/// <param name="encoder">The columns.</param>
/// <param name="network">Draws whole rows from noise.</param>
/// <param name="numbers">The numbers that draws may have.</param>
/// <param name="donors">Draws from training rows; null for none.</param>
/// <param name="share">The share of draws from training rows, 0 to 1.</param>
internal sealed class DrawingParts(
    TableEncoder encoder, ConditionalDenoiser network, ObservedNumbers numbers, DonorDraws? donors, double share)
{
    /// <summary>The usual share of draws from training rows. On three tables (eng/benchmarks/Draws) the score of the mixture was
    /// better than that of either, and hardly changed with the share between a third and two thirds.</summary>
    public const double UsualShare = 0.5;

    /// <inheritdoc cref="DrawingParts"/>
    public ConditionalDenoiser Network => network;

    /// <inheritdoc cref="DrawingParts"/>
    public ObservedNumbers Numbers => numbers;

    /// <summary>Makes a draw of the network one of observed numbers, and, where it is its turn, one from training rows.</summary>
    /// <param name="cells">The row as the network drew it. Receives the draw.</param>
    /// <param name="isUnknown">Of every cell whether it was drawn.</param>
    /// <param name="phase">Of the row, uniform in [0, 1): among the draws of a row every second, at a share of a half, is from training
    /// rows, so that few draws already are the mixture.</param>
    /// <param name="draw">Which draw.</param>
    /// <param name="random">The random numbers.</param>
    /// <param name="workspace">Memory for this thread.</param>
    public void Finish(Span<float> cells, ReadOnlySpan<bool> isUnknown, float phase, int draw, Philox random, Workspace workspace)
    {
        for (int i = 0; i < cells.Length; i++)
        {
            if (isUnknown[i] && encoder.Encoded[i].Scaler is not null)
                cells[i] = numbers.Scaled(i)[numbers.Nearest(i, cells[i])];
        }
        double turn = phase + (draw * share);
        if (donors is not null && turn - Math.Floor(turn) < share)
            donors.Draw(cells, isUnknown, workspace.Predictions(encoder.SlotCount), random);
    }

    public void Save(BinaryWriter writer)
    {
        network.Save(writer);
        numbers.Save(writer);
        writer.Write(share);
        writer.Write(donors is not null);
        donors?.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static DrawingParts Load(BinaryReader reader, TableEncoder encoder)
    {
        var network = ConditionalDenoiser.Load(reader, encoder);
        var numbers = ObservedNumbers.Load(reader, encoder);
        double share = reader.ReadFinite("the share of draws from training rows");
        CheckedReading.Require(share is >= 0 and <= 1, "the share of draws from training rows is not between 0 and 1");
        DonorDraws? donors = reader.ReadBoolean() ? DonorDraws.Load(reader, encoder, numbers) : null;
        return new DrawingParts(encoder, network, numbers, donors, share);
    }
}
