using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers.FastTree.Learner;

namespace Microsoft.ML.Trainers.LightGbm;

// Boosted trees with LightGBM's defaults, grown by the learner behind FastTree.
public abstract class LightGbmTrainerBase<TOptions, TOutput, TTransformer, TModel> : TrainerEstimatorBaseWithGroupId<TTransformer, TModel>
    where TOptions : LightGbmTrainerBase<TOptions, TOutput, TTransformer, TModel>.OptionsBase, new()
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private const double L2Regularization = 0.01;
    private const double MinimumHessianPerLeaf = 0.1;

    private readonly LabelKind _kind;

    private protected LightGbmTrainerBase(IHostEnvironment env, string name, TOptions options, LabelKind kind)
        : base(env.Register(name), TrainerUtils.MakeR4VecFeature(options.FeatureColumnName),
            kind.LabelColumn(options.LabelColumnName), TrainerUtils.MakeR4ScalarWeightColumn(options.ExampleWeightColumnName))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.NumberOfIterations, 1);
        LightGbmTrainerOptions = options;
        _kind = kind;
    }

    public class OptionsBase : TrainerInputBaseWithGroupId
    {
        private protected OptionsBase()
        {
        }

        public int NumberOfIterations = 100;

        // Null: 0.1.
        public double? LearningRate;

        // Null: 31.
        public int? NumberOfLeaves;

        // Null: 20, or fewer where there are few rows.
        public int? MinimumExampleCountPerLeaf;

        public int MaximumBinCountPerFeature = 255;

        // Null: as many as the machine has processors.
        public int? NumberOfThreads;

        // Null: drawn from the context's.
        public int? Seed;
    }

    public override TrainerInfo Info { get; } = new(normalization: false, caching: false);

    private protected TOptions LightGbmTrainerOptions { get; }

    private protected sealed override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema) =>
        _kind.OutputColumns(calibrated: true, inputSchema.Find(LabelColumn.Name));

    private protected sealed override TModel TrainModelCore(IDataView data)
    {
        TrainingData rows = TrainingData.Read(data, _kind, FeatureColumn, LabelColumn, WeightColumn);
        var table = new BinnedTable(rows.Columns(), rows.Labels.Length, LightGbmTrainerOptions.MaximumBinCountPerFeature);
        var grow = new GrowOptions
        {
            MaximumLeafCount = LightGbmTrainerOptions.NumberOfLeaves ?? 31,
            MinimumExamplesPerLeaf = LightGbmTrainerOptions.MinimumExampleCountPerLeaf ?? Math.Clamp(table.RowCount / 20, 1, 20),
            MinimumHessianPerLeaf = MinimumHessianPerLeaf,
            L2Regularization = L2Regularization,
            Threads = LightGbmTrainerOptions.NumberOfThreads ?? Environment.ProcessorCount,
        };
        return MakeModel(Booster.Train(table, MakeObjective(rows), grow, LightGbmTrainerOptions.NumberOfIterations,
            LightGbmTrainerOptions.LearningRate ?? 0.1, new Random(LightGbmTrainerOptions.Seed ?? Host.Rand.Next())));
    }

    private protected abstract Objective MakeObjective(TrainingData rows);

    // From one ensemble a score.
    private protected abstract TModel MakeModel(TreeEnsemble[] ensembles);
}
