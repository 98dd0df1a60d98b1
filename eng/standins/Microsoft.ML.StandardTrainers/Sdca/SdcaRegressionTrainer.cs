using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

public sealed class SdcaRegressionTrainer : SdcaTrainerBase<
    SdcaRegressionTrainer.Options, RegressionPredictionTransformer<LinearRegressionModelParameters>, LinearRegressionModelParameters>
{
    internal SdcaRegressionTrainer(IHostEnvironment env, Options options)
        : base(env, nameof(SdcaRegressionTrainer), options, LabelKind.Regression)
    {
    }

    public sealed class Options : OptionsBase
    {
    }

    private protected override LinearRegressionModelParameters MakeModel((float[] Weights, float Bias)[] scores) =>
        new(Host, scores[0].Weights, scores[0].Bias);

    private protected override RegressionPredictionTransformer<LinearRegressionModelParameters> MakeTransformer(
        LinearRegressionModelParameters model, DataViewSchema trainSchema) => new(Host, model, trainSchema, FeatureColumn.Name);
}
