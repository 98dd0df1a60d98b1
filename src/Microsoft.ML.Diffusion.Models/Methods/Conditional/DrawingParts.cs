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
/// <param name="shares">How many draws are from training rows.</param>
internal sealed class DrawingParts(
    TableEncoder encoder, ConditionalDenoiser network, ObservedNumbers numbers, DonorDraws? donors, DonorShares shares)
{
    /// <inheritdoc cref="DrawingParts"/>
    public ConditionalDenoiser Network => network;

    /// <inheritdoc cref="DrawingParts"/>
    public ObservedNumbers Numbers => numbers;

    /// <summary>Makes a draw of the network one of observed numbers, and, where it is its turn, one from training rows.</summary>
    /// <param name="cells">The row as the network drew it. Receives the draw.</param>
    /// <param name="isUnknown">Of every cell whether it was drawn.</param>
    /// <param name="phase">Of the row, uniform in [0, 1).</param>
    /// <param name="draw">Which draw.</param>
    /// <param name="random">The random numbers.</param>
    /// <param name="workspace">Memory for this thread.</param>
    public void Finish(Span<float> cells, ReadOnlySpan<bool> isUnknown, float phase, int draw, Philox random, Workspace workspace)
    {
        numbers.MoveToNearest(cells, isUnknown);
        donors?.Draw(cells, isUnknown, shares, DonorShares.Turn(phase, draw), workspace.Predictions(encoder.SlotCount), random);
    }

    public void Save(BinaryWriter writer)
    {
        network.Save(writer);
        numbers.Save(writer);
        shares.Save(writer);
        writer.Write(donors is not null);
        donors?.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static DrawingParts Load(BinaryReader reader, TableEncoder encoder)
    {
        var network = ConditionalDenoiser.Load(reader, encoder);
        var numbers = ObservedNumbers.Load(reader, encoder);
        var shares = DonorShares.Load(reader, encoder.Encoded.Count);
        DonorDraws? donors = reader.ReadBoolean() ? DonorDraws.Load(reader, encoder, numbers) : null;
        return new DrawingParts(encoder, network, numbers, donors, shares);
    }
}
