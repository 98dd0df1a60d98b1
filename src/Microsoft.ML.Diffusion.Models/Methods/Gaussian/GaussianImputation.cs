using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Gaussian;

/// <summary>The registration of the multivariate normal distribution.</summary>
internal sealed class GaussianImputation : PredictorImputationMethod<GaussianOptions>
{
    public static GaussianImputation Instance { get; } = new();

    public override string Name => "gaussian";

    public override string Title => "Multivariate normal (EM)";

    public override string Reference => "Dempster, Laird, Rubin 1977";

    protected override CellPredictor Fit(GaussianOptions options, ImputationTraining training, Philox random)
    {
        GaussianSettings settings = new() { MostRows = options.MostRows, Ridge = options.Ridge };
        return GaussianPredictor.Fit(
            training.Rows, settings, random, options.ThreadCount, training.Deadline, training.Cancel);
    }

    protected override CellPredictor LoadPredictor(BinaryReader reader, TableEncoder encoder) => GaussianPredictor.Load(reader, encoder);
}
