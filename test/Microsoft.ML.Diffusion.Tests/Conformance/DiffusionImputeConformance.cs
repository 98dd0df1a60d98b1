using Microsoft.ML.Diffusion.Models.Imputation;

namespace Microsoft.ML.Diffusion.Tests.Conformance;

public class DiffusionImputeConformance : EstimatorConformance
{
    protected virtual ImputationMode Mode => ImputationMode.Expectation;

    protected virtual bool TellsUncertainty => false;

    protected override IEstimator<ITransformer> Estimator(MLContext ml)
    {
        DiffusionImputeEstimator.Options options = Quick.Options();
        options.Mode = Mode;
        options.UncertaintyColumns = options.AddIndicators = TellsUncertainty;
        return ml.Transforms.DiffusionImpute(Quick.Pairs(SampleRow.Fillable), options);
    }

    protected override IEstimator<ITransformer> Slow(MLContext ml, CancellationToken cancel)
    {
        DiffusionImputeEstimator.Options options = Quick.Options(method => (method.Epochs, method.ValidationShare) = (1_000_000, 0));
        options.CancellationToken = cancel;
        return ml.Transforms.DiffusionImpute(Quick.Pairs(SampleRow.Fillable), options);
    }
}

public class DiffusionDrawConformance : DiffusionImputeConformance
{
    protected override ImputationMode Mode => ImputationMode.Draw;
}

public class DiffusionUncertaintyConformance : DiffusionImputeConformance
{
    protected override bool TellsUncertainty => true;
}
