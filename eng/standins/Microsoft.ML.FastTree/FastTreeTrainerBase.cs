using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers.FastTree.Learner;

namespace Microsoft.ML.Trainers.FastTree;

// Reads and bins the rows that have no missing feature; what is grown on them is for the trainers to say.
public abstract class FastTreeTrainerBase<TOptions, TTransformer, TModel> : TrainerEstimatorBaseWithGroupId<TTransformer, TModel>
    where TOptions : TreeOptions, new()
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private readonly LabelKind _kind;
    private readonly bool _calibrated;

    private protected FastTreeTrainerBase(IHostEnvironment env, TOptions options, LabelKind kind, bool calibrated)
        : base(env.Register(nameof(FastTree)), TrainerUtils.MakeR4VecFeature(options.FeatureColumnName),
            kind.LabelColumn(options.LabelColumnName), TrainerUtils.MakeR4ScalarWeightColumn(options.ExampleWeightColumnName))
    {
        options.Check();
        TrainerOptions = options;
        _kind = kind;
        _calibrated = calibrated;
    }

    public override TrainerInfo Info { get; } = new(normalization: false, caching: false);

    private protected TOptions TrainerOptions { get; }

    private protected sealed override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema) =>
        _kind.OutputColumns(_calibrated, inputSchema.Find(LabelColumn.Name));

    private protected sealed override TModel TrainModelCore(IDataView data)
    {
        TrainingData rows = TrainingData.Read(data, _kind, FeatureColumn, LabelColumn, WeightColumn, wholeRowsOnly: true);
        var table = new BinnedTable(rows.Columns(), rows.Labels.Length, TrainerOptions.MaximumBinCountPerFeature);
        return Train(table, rows.Labels, rows.Weights);
    }

    private protected abstract TModel Train(BinnedTable table, float[] labels, float[] weights);
}

// Boosted trees, each correcting those before it.
public abstract class BoostingFastTreeTrainerBase<TOptions, TTransformer, TModel> : FastTreeTrainerBase<TOptions, TTransformer, TModel>
    where TOptions : BoostedTreeOptions, new()
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private protected BoostingFastTreeTrainerBase(IHostEnvironment env, TOptions options, LabelKind kind, bool calibrated)
        : base(env, options, kind, calibrated)
    {
    }

    private protected TreeEnsemble Boost(BinnedTable table, Objective objective) => Booster.Train(
        table, objective, TrainerOptions.ToGrowOptions(), TrainerOptions.NumberOfTrees, TrainerOptions.LearningRate,
        new Random(TrainerOptions.Seed))[0];
}

// Trees that know nothing of each other, averaged.
public abstract class RandomForestTrainerBase<TOptions, TTransformer, TModel> : FastTreeTrainerBase<TOptions, TTransformer, TModel>
    where TOptions : FastForestOptionsBase, new()
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private protected RandomForestTrainerBase(IHostEnvironment env, TOptions options, LabelKind kind)
        : base(env, options, kind, calibrated: false)
    {
    }

    private protected TreeEnsemble GrowForest(BinnedTable table, float[] targets, float[] weights) => Forest.Train(
        table, targets, weights, TrainerOptions.ToGrowOptions(), TrainerOptions.NumberOfTrees,
        TrainerOptions.BaggingExampleFraction, new Random(TrainerOptions.Seed));
}
