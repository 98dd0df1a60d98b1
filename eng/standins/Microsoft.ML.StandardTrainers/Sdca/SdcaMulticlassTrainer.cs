using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

public abstract class SdcaMulticlassTrainerBase<TModel> : SdcaTrainerBase<
    SdcaMulticlassTrainerBase<TModel>.MulticlassOptions, MulticlassPredictionTransformer<TModel>, TModel>
    where TModel : class
{
    private protected SdcaMulticlassTrainerBase(IHostEnvironment env, string name, MulticlassOptions options)
        : base(env, name, options, LabelKind.Multiclass)
    {
    }

    public class MulticlassOptions : OptionsBase
    {
    }

    private protected override MulticlassPredictionTransformer<TModel> MakeTransformer(TModel model, DataViewSchema trainSchema) =>
        new(Host, model, trainSchema, FeatureColumn.Name, LabelColumn.Name);
}

public sealed class SdcaMaximumEntropyMulticlassTrainer : SdcaMulticlassTrainerBase<MaximumEntropyModelParameters>
{
    internal SdcaMaximumEntropyMulticlassTrainer(IHostEnvironment env, Options options)
        : base(env, nameof(SdcaMaximumEntropyMulticlassTrainer), options)
    {
    }

    public sealed class Options : MulticlassOptions
    {
    }

    private protected override MaximumEntropyModelParameters MakeModel((float[] Weights, float Bias)[] scores) =>
        new(Host, scores);
}
