using Microsoft.ML.Transforms;

namespace Microsoft.ML.Diffusion.Tests.Conformance;

public class DiffusionAugmentConformance : EstimatorConformance
{
    protected virtual string? WeightColumnName => null;

    protected override IEstimator<ITransformer> Estimator(MLContext ml)
    {
        DiffusionAugmentEstimator.Options options = Quick.Generation<DiffusionAugmentEstimator.Options>();
        options.WeightColumnName = WeightColumnName;
        return ml.Transforms.DiffusionAugment(30, nameof(SampleRow.Label), options);
    }

    protected override IEstimator<ITransformer> Slow(MLContext ml, CancellationToken cancel) =>
        ml.Transforms.DiffusionAugment(30, nameof(SampleRow.Label), Quick.Endless<DiffusionAugmentEstimator.Options>(cancel));

    protected override IEstimator<ITransformer> ForTrainer(MLContext ml) => ml.Transforms
        .ReplaceMissingValues(Quick.Pairs(nameof(SampleRow.Age), nameof(SampleRow.Signals)), MissingValueReplacingEstimator.ReplacementMode.Mean)
        .Append(Estimator(ml));
}

public class DiffusionAugmentWithWeightsConformance : DiffusionAugmentConformance
{
    protected override string? WeightColumnName => "Weight";
}

public class DiffusionSynthesizeConformance : EstimatorConformance
{
    protected override IEstimator<ITransformer> Estimator(MLContext ml) =>
        ml.Transforms.DiffusionSynthesize(nameof(SampleRow.Label), Quick.Generation<DiffusionSynthesizeEstimator.Options>());

    protected override IEstimator<ITransformer> Slow(MLContext ml, CancellationToken cancel) =>
        ml.Transforms.DiffusionSynthesize(nameof(SampleRow.Label), Quick.Endless<DiffusionSynthesizeEstimator.Options>(cancel));

    protected override IEstimator<ITransformer> ForTrainer(MLContext ml) => ml.Transforms
        .ReplaceMissingValues(Quick.Pairs(nameof(SampleRow.Age), nameof(SampleRow.Signals)), MissingValueReplacingEstimator.ReplacementMode.Mean)
        .Append(Estimator(ml));
}
