using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers.FastTree.Learner;
using CalibratedModel = Microsoft.ML.Calibrators.CalibratedModelParametersBase<
    Microsoft.ML.Trainers.LightGbm.LightGbmBinaryModelParameters, Microsoft.ML.Calibrators.PlattCalibrator>;

namespace Microsoft.ML.Trainers.LightGbm;

public sealed class LightGbmBinaryTrainer : LightGbmTrainerBase<
    LightGbmBinaryTrainer.Options, float, BinaryPredictionTransformer<CalibratedModel>, CalibratedModel>
{
    internal LightGbmBinaryTrainer(IHostEnvironment env, Options options)
        : base(env, nameof(LightGbmBinaryTrainer), options, LabelKind.Binary)
    {
    }

    public sealed class Options : OptionsBase
    {
        // The slope of the probability in the score.
        public double Sigmoid = 0.5;
    }

    private protected override Objective MakeObjective(TrainingData rows) => new LogisticObjective(rows.Labels, rows.Weights);

    private protected override CalibratedModel MakeModel(TreeEnsemble[] ensembles)
    {
        double slope = LightGbmTrainerOptions.Sigmoid;
        return new CalibratedModelParameters<LightGbmBinaryModelParameters, PlattCalibrator>(
            new LightGbmBinaryModelParameters(Host, ensembles[0].Scaled(1 / slope)), new PlattCalibrator(Host, -slope, 0));
    }

    private protected override BinaryPredictionTransformer<CalibratedModel> MakeTransformer(CalibratedModel model, DataViewSchema trainSchema) =>
        new(Host, model, trainSchema, FeatureColumn.Name);
}
