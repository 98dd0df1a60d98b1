using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>A baseline that predicts every missing cell from the observed ones of its row.</summary>
/// <typeparam name="TOptions">The options of the method.</typeparam>
internal abstract class PredictorImputationMethod<TOptions> : EncodedImputationMethod<TOptions>
    where TOptions : ImputerOptions, new()
{
    protected sealed override NumericScaling ScalingOf(TOptions options) => NumericScaling.Standard;

    protected sealed override ImputationSampler Train(TOptions options, ImputationTraining training) =>
        PredictorSampler.Fit(training, new Philox(options.Seed), (part, random) => Fit(options, part, random));

    protected sealed override ImputationSampler Load(BinaryReader reader, TableEncoder encoder) =>
        PredictorSampler.Load(reader, encoder, LoadPredictor);

    /// <summary>Fits the predictor.</summary>
    /// <param name="options">Options with possible values.</param>
    /// <param name="training">The rows.</param>
    /// <param name="random">Everything random.</param>
    protected abstract CellPredictor Fit(TOptions options, ImputationTraining training, Philox random);

    /// <summary>Reads what <see cref="CellPredictor.Save"/> wrote.</summary>
    protected abstract CellPredictor LoadPredictor(BinaryReader reader, TableEncoder encoder);
}
