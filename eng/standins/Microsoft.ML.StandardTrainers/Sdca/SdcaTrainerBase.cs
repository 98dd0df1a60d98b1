using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers.Learner;

namespace Microsoft.ML.Trainers;

// Minimises the mean loss and an elastic net. The original ascends the dual coordinate by coordinate; the minimum is the
// same however it is reached, so this shares the solver of the Lbfgs trainers.
public abstract class SdcaTrainerBase<TOptions, TTransformer, TModel> : StochasticTrainerBase<TTransformer, TModel>
    where TOptions : SdcaTrainerBase<TOptions, TTransformer, TModel>.OptionsBase, new()
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    // Next to the sum of the losses: little, so that rows that can be told apart still have a minimum.
    private const double DefaultL2 = 0.01;

    private readonly TOptions _options;
    private readonly LabelKind _kind;

    private protected SdcaTrainerBase(IHostEnvironment env, string name, TOptions options, LabelKind kind)
        : base(env.Register(name), TrainerUtils.MakeR4VecFeature(options.FeatureColumnName),
            kind.LabelColumn(options.LabelColumnName), TrainerUtils.MakeR4ScalarWeightColumn(options.ExampleWeightColumnName))
    {
        _options = options;
        _kind = kind;
    }

    public abstract class OptionsBase : TrainerInputBaseWithWeight
    {
        private protected OptionsBase()
        {
        }

        // Null: chosen from the data.
        public float? L2Regularization;

        // Null: none.
        public float? L1Regularization;

        // Null: until it has converged.
        public int? MaximumNumberOfIterations;
    }

    private (double L1, double L2) Penalties(int rowCount) =>
        (rowCount * (double)(_options.L1Regularization ?? 0), _options.L2Regularization is { } l2 ? rowCount * (double)l2 : DefaultL2);

    private OrthantWiseLbfgs MakeSolver() =>
        new() { MaximumIterations = _options.MaximumNumberOfIterations ?? 1000 };

    private protected sealed override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema) =>
        _kind.OutputColumns(calibrated: true, inputSchema.Find(LabelColumn.Name));

    private protected sealed override TModel TrainModelCore(IDataView data) =>
        MakeModel(LinearFit.Solve(data, _kind, FeatureColumn, LabelColumn, WeightColumn, Penalties, MakeSolver()));

    private protected abstract TModel MakeModel((float[] Weights, float Bias)[] scores);
}
