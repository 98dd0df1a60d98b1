using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers.FastTree.Learner;

namespace Microsoft.ML.Trainers.LightGbm;

// One ensemble a class, boosted together through a softmax.
public sealed class LightGbmMulticlassTrainer : LightGbmTrainerBase<
    LightGbmMulticlassTrainer.Options, VBuffer<float>, MulticlassPredictionTransformer<OneVersusAllModelParameters>, OneVersusAllModelParameters>
{
    internal LightGbmMulticlassTrainer(IHostEnvironment env, Options options)
        : base(env, nameof(LightGbmMulticlassTrainer), options, LabelKind.Multiclass)
    {
    }

    public sealed class Options : OptionsBase
    {
    }

    private protected override Objective MakeObjective(TrainingData rows) =>
        new SoftmaxObjective(rows.Labels, rows.Weights, rows.ClassCount);

    private protected override OneVersusAllModelParameters MakeModel(TreeEnsemble[] ensembles) =>
        new(Host, Array.ConvertAll(ensembles, ensemble => (IScorer)new LightGbmBinaryModelParameters(Host, ensemble)));

    private protected override MulticlassPredictionTransformer<OneVersusAllModelParameters> MakeTransformer(
        OneVersusAllModelParameters model, DataViewSchema trainSchema) =>
            new(Host, model, trainSchema, FeatureColumn.Name, LabelColumn.Name);
}
