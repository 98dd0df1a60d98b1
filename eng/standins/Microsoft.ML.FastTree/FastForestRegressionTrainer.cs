using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers.FastTree.Learner;

namespace Microsoft.ML.Trainers.FastTree;

// A forest for a number: the mean of its trees.
public sealed class FastForestRegressionTrainer : RandomForestTrainerBase<
    FastForestRegressionTrainer.Options, RegressionPredictionTransformer<FastForestRegressionModelParameters>, FastForestRegressionModelParameters>
{
    internal FastForestRegressionTrainer(IHostEnvironment env, Options options) : base(env, options, LabelKind.Regression)
    {
    }

    public sealed class Options : FastForestOptionsBase
    {
    }

    private protected override FastForestRegressionModelParameters Train(BinnedTable table, float[] labels, float[] weights) =>
        new(Host, GrowForest(table, labels, weights));

    private protected override RegressionPredictionTransformer<FastForestRegressionModelParameters> MakeTransformer(
        FastForestRegressionModelParameters model, DataViewSchema trainSchema) =>
            new(Host, model, trainSchema, FeatureColumn.Name);
}
