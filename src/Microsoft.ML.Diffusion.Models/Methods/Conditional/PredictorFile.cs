using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.ChainedRidge;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Methods.NearestNeighbors;
using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Models.Prediction;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>Saves a member of a blend with a number that tells what it is.</summary>
internal static class PredictorFile
{
    private const byte Denoisers = 0, Gaussian = 1, Trees = 2, Neighbors = 3, Ridge = 4;

    public static void Save(CellPredictor predictor, BinaryWriter writer)
    {
        writer.Write(predictor switch
        {
            DenoiserPredictor => Denoisers,
            GaussianPredictor => Gaussian,
            TreePredictor => Trees,
            NeighborPredictor => Neighbors,
            ChainedRidgePredictor => Ridge,
            _ => throw new NotSupportedException($"A {predictor.GetType().Name} is no member of a blend."),
        });
        predictor.Save(writer);
    }

    /// <exception cref="InvalidDataException">The number is not known.</exception>
    public static CellPredictor Load(BinaryReader reader, TableEncoder encoder) => reader.ReadByte() switch
    {
        Denoisers => DenoiserPredictor.Load(reader, encoder),
        Gaussian => GaussianPredictor.Load(reader, encoder),
        Trees => TreePredictor.Load(reader, encoder),
        Neighbors => NeighborPredictor.Load(reader, encoder),
        Ridge => ChainedRidgePredictor.Load(reader, encoder),
        byte other => throw new InvalidDataException($"The saved diffusion model is damaged: there is no member of kind {other}."),
    };
}
