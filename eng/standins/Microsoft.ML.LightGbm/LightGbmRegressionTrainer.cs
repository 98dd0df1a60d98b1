using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers.FastTree.Learner;

namespace Microsoft.ML.Trainers.LightGbm;

public sealed class LightGbmRegressionTrainer : LightGbmTrainerBase<
    LightGbmRegressionTrainer.Options, float, RegressionPredictionTransformer<LightGbmRegressionModelParameters>, LightGbmRegressionModelParameters>
{
    internal LightGbmRegressionTrainer(IHostEnvironment env, Options options)
        : base(env, nameof(LightGbmRegressionTrainer), options, LabelKind.Regression)
    {
    }

    public sealed class Options : OptionsBase
    {
    }

    private protected override Objective MakeObjective(TrainingData rows) => new SquaredObjective(rows.Labels, rows.Weights);

    private protected override LightGbmRegressionModelParameters MakeModel(TreeEnsemble[] ensembles) => new(Host, ensembles[0]);

    private protected override RegressionPredictionTransformer<LightGbmRegressionModelParameters> MakeTransformer(
        LightGbmRegressionModelParameters model, DataViewSchema trainSchema) => new(Host, model, trainSchema, FeatureColumn.Name);
}
