using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.ChainedRidge;
using Microsoft.ML.Diffusion.Models.Methods.ExtraTrees;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;
using Microsoft.ML.Diffusion.Models.Methods.MissForest;
using Microsoft.ML.Diffusion.Models.Methods.NearestNeighbors;

namespace Microsoft.ML.Diffusion.Tests.Conformance;

/// <summary>A baseline keeps to all that the diffusion models keep to.</summary>
public abstract class BaselineConformance : EstimatorConformance
{
    protected abstract ImputerOptions Method { get; }

    protected override IEstimator<ITransformer> Estimator(MLContext ml) => Estimator(ml, new() { Method = Method });

    // The fits of most baselines take a moment, so that it is the reading of the rows which goes on and on.
    protected override IEstimator<ITransformer> Slow(MLContext ml, CancellationToken cancel) =>
        new OnEndlessRows(ml, Estimator(ml, new() { Method = Method, MaxTrainingRows = 100, CancellationToken = cancel }));

    protected static IEstimator<ITransformer> Estimator(MLContext ml, DiffusionImputeEstimator.Options options) =>
        ml.Transforms.DiffusionImpute(Quick.Pairs(SampleRow.Fillable), options);

    private sealed class OnEndlessRows(MLContext ml, IEstimator<ITransformer> estimator) : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input) => estimator.Fit(ml.Data.LoadFromEnumerable(Endless()));

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => estimator.GetOutputSchema(inputSchema);

        private static IEnumerable<SampleRow> Endless()
        {
            List<SampleRow> rows = SampleRow.Make(100);
            while (true)
            {
                foreach (SampleRow row in rows)
                    yield return row;
            }
        }
    }
}

public class MeanModeConformance : BaselineConformance
{
    protected override ImputerOptions Method => new MeanModeOptions();
}

public class NearestNeighborsConformance : BaselineConformance
{
    protected override ImputerOptions Method => new NearestNeighborsOptions();
}

public class GaussianConformance : BaselineConformance
{
    protected override ImputerOptions Method => new GaussianOptions();
}

public class ExtraTreesConformance : BaselineConformance
{
    protected override ImputerOptions Method => new ExtraTreesOptions { Trees = 5 };
}

public class ChainedRidgeConformance : BaselineConformance
{
    protected override ImputerOptions Method => new ChainedRidgeOptions();

    protected override IEstimator<ITransformer> Slow(MLContext ml, CancellationToken cancel) =>
        Estimator(ml, new() { Method = new ChainedRidgeOptions { Sweeps = 10_000_000 }, CancellationToken = cancel });
}

public class MissForestConformance : BaselineConformance
{
    protected override ImputerOptions Method => new MissForestOptions { Trees = 5 };

    protected override IEstimator<ITransformer> Slow(MLContext ml, CancellationToken cancel) =>
        Estimator(ml, new() { Method = new MissForestOptions { Sweeps = 10_000_000 }, CancellationToken = cancel });
}

public class MissForestDrawConformance : BaselineConformance
{
    protected override ImputerOptions Method => new MissForestOptions { Trees = 5 };

    protected override IEstimator<ITransformer> Estimator(MLContext ml) =>
        Estimator(ml, new() { Method = Method, Mode = ImputationMode.Draw });
}
