using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods;
using Microsoft.ML.Diffusion.Series.Methods.Csdi;
using Microsoft.ML.Diffusion.Series.Views;

namespace Microsoft.ML.Diffusion.Series.Tests.Imputation;

public class CancelledFillingTests
{
    public static TheoryData<string> Methods => [.. SeriesImputationMethods.All.Select(method => method.Name)];

    [Theory]
    [InlineData(ImputationMode.Expectation, null)]
    [InlineData(ImputationMode.Expectation, 0.9)]
    public void A_series_that_takes_long_is_cancelled_in_the_middle(ImputationMode mode, double? coverage)
    {
        (_, SeriesTable holes) = SimulatedSeries.Table(4, 24, 0.3);
        SeriesCsdiOptions options = Slow();
        SeriesImputer imputer = options.Registration.Train(holes, options);
        var filler = new SeriesFiller(imputer, mode, 1, 0, coverage, null);
        double[] filled = new double[holes.Items[0].Cells.Length];
        var sure = new CellUncertainty[coverage is null ? 0 : filled.Length];
        Interruption.AssertStopsWithinASecond(cancel => filler.Fill(holes.Items[0], 1, filled, sure, cancel));
    }

    [Fact]
    public void Rows_of_one_series_are_cancelled_in_the_middle_of_it_as_the_command_line_does()
    {
        var ml = new MLContext(seed: 1);
        IDataView view = ml.Data.LoadFromEnumerable(Observation.Make(1));
        DiffusionImputeSeriesTransformer model =
            ml.Transforms.DiffusionImputeSeries(["HR", "Lactate"], "Patient", "Hour", new() { Method = Slow() }).Fit(view);
        SeriesSources sources = SeriesSources.Find(model.Layout, view.Schema, model.Categories);
        Interruption.AssertStopsWithinASecond(cancel => _ = new FilledRows(view, sources, model.Filler, tellsUncertainty: false, cancel));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Nothing_is_filled_by_any_method_once_it_is_cancelled(string method)
    {
        (_, SeriesTable holes) = SimulatedSeries.Table(6, 12, 0.3);
        SeriesImputerOptions options = Fuzzing.SeriesModels.QuickSeries.Options(method);
        SeriesImputer imputer = options.Registration.Train(holes, options);
        double[] filled = new double[holes.Items[0].Cells.Length];
        var cancelled = new CancellationToken(canceled: true);
        foreach (ImputationMode mode in Enum.GetValues<ImputationMode>())
        {
            var filler = new SeriesFiller(imputer, mode, 1, 0, null, null);
            Assert.Throws<OperationCanceledException>(() => filler.Fill(holes.Items[0], 1, filled, [], cancelled));
        }
    }

    private static SeriesCsdiOptions Slow() => new()
    {
        Steps = 24, Channels = 32, Blocks = 4, DiffusionSteps = 50, Epochs = 1, BatchSize = 4, ExpectationDraws = 1000,
    };
}
