using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers.Learner;

namespace Microsoft.ML.Trainers;

// Minimises the sum of log-losses and an elastic net.
public abstract class LbfgsTrainerBase<TOptions, TTransformer, TModel> : TrainerEstimatorBase<TTransformer, TModel>
    where TOptions : LbfgsTrainerBase<TOptions, TTransformer, TModel>.OptionsBase, new()
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private readonly TOptions _options;
    private readonly LabelKind _kind;

    private protected LbfgsTrainerBase(IHostEnvironment env, string name, TOptions options, LabelKind kind)
        : base(env.Register(name), TrainerUtils.MakeR4VecFeature(options.FeatureColumnName),
            kind.LabelColumn(options.LabelColumnName), TrainerUtils.MakeR4ScalarWeightColumn(options.ExampleWeightColumnName))
    {
        if (options.EnforceNonNegativity)
            throw new NotSupportedException("This stand-in does not keep weights from being negative.");
        _options = options;
        _kind = kind;
    }

    public override TrainerInfo Info { get; } = new(normalization: true, caching: true);

    public abstract class OptionsBase : TrainerInputBaseWithWeight
    {
        private protected OptionsBase()
        {
        }

        public float L2Regularization = 1;

        public float L1Regularization = 1;

        public float OptimizationTolerance = 1e-7f;

        // How many steps the curvature is learned from.
        public int HistorySize = 20;

        public int MaximumNumberOfIterations = int.MaxValue;

        public bool EnforceNonNegativity;
    }

    private (double L1, double L2) Penalties(int rowCount) =>
        (_options.L1Regularization, _options.L2Regularization);

    private OrthantWiseLbfgs MakeSolver() => new()
    {
        HistorySize = _options.HistorySize,
        MaximumIterations = _options.MaximumNumberOfIterations,
        Tolerance = _options.OptimizationTolerance,
    };

    private protected sealed override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema) =>
        _kind.OutputColumns(calibrated: true, inputSchema.Find(LabelColumn.Name));

    private protected sealed override TModel TrainModelCore(IDataView data) =>
        MakeModel(LinearFit.Solve(data, _kind, FeatureColumn, LabelColumn, WeightColumn, Penalties, MakeSolver()));

    private protected abstract TModel MakeModel((float[] Weights, float Bias)[] scores);
}
