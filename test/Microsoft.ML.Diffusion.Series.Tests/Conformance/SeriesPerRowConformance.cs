using Microsoft.ML.Diffusion.Fuzzing.SeriesModels;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Forward;
using Microsoft.ML.Diffusion.Series.Methods.Linear;
using Microsoft.ML.Diffusion.Tests.Conformance;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Diffusion.Series.Tests.Conformance;

/// <summary>Where a row is a series, the estimator keeps to all that those of tables keep to.</summary>
public class SeriesPerRowConformance : EstimatorConformance
{
    protected virtual SeriesImputerOptions Method => new LinearOptions();

    protected virtual Models.Imputation.ImputationMode Mode => Models.Imputation.ImputationMode.Expectation;

    protected override IEstimator<ITransformer> Estimator(MLContext ml) => Estimator(ml, CancellationToken.None);

    // The fit takes a moment, so that it is the reading of the rows which goes on and on.
    protected override IEstimator<ITransformer> Slow(MLContext ml, CancellationToken cancel) =>
        new OnEndlessRows(ml, Estimator(ml, cancel));

    protected override IEstimator<ITransformer> ForTrainer(MLContext ml) => ml.Transforms
        .ReplaceMissingValues(nameof(SampleRow.Age), replacementMode: MissingValueReplacingEstimator.ReplacementMode.Mean)
        .Append(Estimator(ml));

    private DiffusionImputeSeriesEstimator Estimator(MLContext ml, CancellationToken cancel) => ml.Transforms.DiffusionImputeSeries(
        [nameof(SampleRow.Signals)], options: new() { Method = Method, Mode = Mode, StaticColumns = ["Age"], CancellationToken = cancel });

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

public class SeriesPerRowBlendConformance : SeriesPerRowConformance
{
    protected override SeriesImputerOptions Method => QuickSeries.Options("blend");
}

public class SeriesPerRowGpVaeConformance : SeriesPerRowConformance
{
    protected override SeriesImputerOptions Method => QuickSeries.Options("gp-vae");
}

public class SeriesPerRowCsdiConformance : SeriesPerRowConformance
{
    protected override SeriesImputerOptions Method => QuickSeries.Options("csdi");
}

public class SeriesPerRowSaitsConformance : SeriesPerRowConformance
{
    protected override SeriesImputerOptions Method => QuickSeries.Options("saits");
}

public class SeriesPerRowDrawConformance : SeriesPerRowConformance
{
    protected override SeriesImputerOptions Method => new ForwardOptions();

    protected override Models.Imputation.ImputationMode Mode => Models.Imputation.ImputationMode.Draw;
}
