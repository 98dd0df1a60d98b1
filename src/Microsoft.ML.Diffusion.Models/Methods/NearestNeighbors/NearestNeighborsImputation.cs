using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.NearestNeighbors;

/// <summary>The registration of nearest neighbours.</summary>
internal sealed class NearestNeighborsImputation : PredictorImputationMethod<NearestNeighborsOptions>
{
    public static NearestNeighborsImputation Instance { get; } = new();

    public override string Name => "nearest-neighbors";

    public override string Title => "Nearest neighbours";

    public override string Reference => "Troyanskaya et al. 2001";

    protected override CellPredictor Fit(NearestNeighborsOptions options, ImputationTraining training, Philox random)
    {
        NeighborSettings settings = new() { Neighbors = options.Neighbors, MostRows = options.MostRows };
        return NeighborPredictor.Fit(training.Rows, settings, random, training.Cancel);
    }

    protected override CellPredictor LoadPredictor(BinaryReader reader, TableEncoder encoder) => NeighborPredictor.Load(reader, encoder);
}
