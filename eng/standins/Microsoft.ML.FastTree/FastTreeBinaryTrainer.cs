using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers.FastTree.Learner;
using CalibratedModel = Microsoft.ML.Calibrators.CalibratedModelParametersBase<
    Microsoft.ML.Trainers.FastTree.FastTreeBinaryModelParameters, Microsoft.ML.Calibrators.PlattCalibrator>;

namespace Microsoft.ML.Trainers.FastTree;

// Boosted trees for two classes. The probability is logistic in the score with a slope of twice the learning rate.
public sealed class FastTreeBinaryTrainer : BoostingFastTreeTrainerBase<
    FastTreeBinaryTrainer.Options, BinaryPredictionTransformer<CalibratedModel>, CalibratedModel>
{
    internal FastTreeBinaryTrainer(IHostEnvironment env, Options options) : base(env, options, LabelKind.Binary, calibrated: true)
    {
    }

    public sealed class Options : BoostedTreeOptions
    {
    }

    private protected override CalibratedModel Train(BinnedTable table, float[] labels, float[] weights)
    {
        double slope = 2 * TrainerOptions.LearningRate;
        TreeEnsemble logOdds = Boost(table, new LogisticObjective(labels, weights));
        return new CalibratedModelParameters<FastTreeBinaryModelParameters, PlattCalibrator>(
            new FastTreeBinaryModelParameters(Host, logOdds.Scaled(1 / slope)), new PlattCalibrator(Host, -slope, 0));
    }

    private protected override BinaryPredictionTransformer<CalibratedModel> MakeTransformer(CalibratedModel model, DataViewSchema trainSchema) =>
        new(Host, model, trainSchema, FeatureColumn.Name);
}
