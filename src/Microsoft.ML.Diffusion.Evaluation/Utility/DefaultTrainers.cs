using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;

namespace Microsoft.ML.Diffusion.Evaluation.Utility;

/// <summary>The suite of trainers that synthetic rows are judged by, near to those of the papers (MissDiff, appendix C.4; TabDDPM,
/// section 4):
/// a linear model, one tree, a forest and two boosters.</summary>
internal static class DefaultTrainers
{
    private const int LeavesOfOneTree = 64;

    public static NamedTrainer[] For(MLContext ml, LabelTask task) => task switch
    {
        LabelTask.Binary =>
        [
            new("logistic regression", _ => ml.BinaryClassification.Trainers.LbfgsLogisticRegression()),
            new("decision tree", seed => ml.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options
            {
                NumberOfTrees = 1,
                NumberOfLeaves = LeavesOfOneTree,
                LearningRate = 1,
                Seed = seed,
            })),
            new("FastForest", seed => ml.BinaryClassification.Trainers.FastForest(new FastForestBinaryTrainer.Options { Seed = seed })),
            new("FastTree", seed => ml.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options { Seed = seed })),
            new("LightGbm", seed => ml.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options { Seed = seed })),
        ],
        LabelTask.Multiclass =>
        [
            new("logistic regression", _ => ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy()),
            new("decision tree", seed => ml.MulticlassClassification.Trainers.LightGbm(new LightGbmMulticlassTrainer.Options
            {
                NumberOfIterations = 1,
                NumberOfLeaves = LeavesOfOneTree,
                LearningRate = 1,
                Seed = seed,
            })),
            new("LightGbm", seed => ml.MulticlassClassification.Trainers.LightGbm(new LightGbmMulticlassTrainer.Options { Seed = seed })),
        ],
        _ =>
        [
            new("linear regression", _ => ml.Regression.Trainers.Sdca()),
            new("decision tree", seed => ml.Regression.Trainers.FastTree(new FastTreeRegressionTrainer.Options
            {
                NumberOfTrees = 1,
                NumberOfLeaves = LeavesOfOneTree,
                LearningRate = 1,
                Seed = seed,
            })),
            new("FastForest", seed => ml.Regression.Trainers.FastForest(new FastForestRegressionTrainer.Options { Seed = seed })),
            new("FastTree", seed => ml.Regression.Trainers.FastTree(new FastTreeRegressionTrainer.Options { Seed = seed })),
            new("LightGbm", seed => ml.Regression.Trainers.LightGbm(new LightGbmRegressionTrainer.Options { Seed = seed })),
        ],
    };
}
