using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers.FastTree.Learner;

namespace Microsoft.ML.Trainers.FastTree;

// A forest for two classes: every tree votes from -1 to 1, and the score is the sum of the votes.
public sealed class FastForestBinaryTrainer : RandomForestTrainerBase<
    FastForestBinaryTrainer.Options, BinaryPredictionTransformer<FastForestBinaryModelParameters>, FastForestBinaryModelParameters>
{
    internal FastForestBinaryTrainer(IHostEnvironment env, Options options) : base(env, options, LabelKind.Binary)
    {
    }

    public sealed class Options : FastForestOptionsBase
    {
    }

    private protected override FastForestBinaryModelParameters Train(BinnedTable table, float[] labels, float[] weights)
    {
        TreeEnsemble mean = GrowForest(table, Array.ConvertAll(labels, label => 2 * label - 1), weights);
        return new(Host, mean.Scaled(TrainerOptions.NumberOfTrees));
    }

    private protected override BinaryPredictionTransformer<FastForestBinaryModelParameters> MakeTransformer(
        FastForestBinaryModelParameters model, DataViewSchema trainSchema) => new(Host, model, trainSchema, FeatureColumn.Name);
}
