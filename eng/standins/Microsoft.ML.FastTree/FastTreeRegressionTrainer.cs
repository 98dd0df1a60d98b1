using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers.FastTree.Learner;

namespace Microsoft.ML.Trainers.FastTree;

// Boosted trees for a number.
public sealed class FastTreeRegressionTrainer : BoostingFastTreeTrainerBase<
    FastTreeRegressionTrainer.Options, RegressionPredictionTransformer<FastTreeRegressionModelParameters>, FastTreeRegressionModelParameters>
{
    internal FastTreeRegressionTrainer(IHostEnvironment env, Options options)
        : base(env, options, LabelKind.Regression, calibrated: false)
    {
    }

    public sealed class Options : BoostedTreeOptions
    {
    }

    private protected override FastTreeRegressionModelParameters Train(BinnedTable table, float[] labels, float[] weights) =>
        new(Host, Boost(table, new SquaredObjective(labels, weights)));

    private protected override RegressionPredictionTransformer<FastTreeRegressionModelParameters> MakeTransformer(
        FastTreeRegressionModelParameters model, DataViewSchema trainSchema) => new(Host, model, trainSchema, FeatureColumn.Name);
}
