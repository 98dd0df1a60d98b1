using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.ChainedRidge;

/// <summary>The registration of chained ridge regressions.</summary>
internal sealed class ChainedRidgeImputation : PredictorImputationMethod<ChainedRidgeOptions>
{
    public static ChainedRidgeImputation Instance { get; } = new();

    public override string Name => "ridge";

    public override string Title => "Chained ridge regressions";

    public override string Reference => "van Buuren, Groothuis-Oudshoorn 2011";

    protected override CellPredictor Fit(ChainedRidgeOptions options, ImputationTraining training, Philox random)
    {
        RidgeSettings settings = new() { MostRows = options.MostRows, Sweeps = options.Sweeps, Ridge = options.Ridge };
        return ChainedRidgePredictor.Fit(
            training.Rows, settings, random, options.ThreadCount, training.Deadline, training.Cancel);
    }

    protected override CellPredictor LoadPredictor(BinaryReader reader, TableEncoder encoder) =>
        ChainedRidgePredictor.Load(reader, encoder);
}
