using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods;
using Microsoft.ML.Diffusion.Series.Methods.Smoother;

namespace Microsoft.ML.Diffusion.Series.Tests.Methods.Smoother;

public class SmoothedStreamTests
{
    private static readonly SeriesTable s_short = SimulatedSeries.Table(60, 16, 0.4).Holes;

    private static readonly SeriesTable s_long = SimulatedSeries.Table(1, 900, 0.4).Holes;

    [Theory]
    [InlineData("smoother")]
    [InlineData("gaussian-process")]
    [InlineData("blend")]
    public void Each_step_of_a_long_series_has_the_bits_of_the_whole(string method)
    {
        SeriesImputer imputer = Train(method);
        Data.Series series = LongSeries();
        foreach (SeriesRequest request in (SeriesRequest[])
            [
                new(ImputationMode.Expectation, 1, 2, 0, null),
                new(ImputationMode.Expectation, 1, 2, 0, 0.8),
                new(ImputationMode.Draw, 1, 2, 3, null),
            ])
        {
            double[] whole = new double[series.Cells.Length], step = new double[3];
            var sure = new CellUncertainty[request.Coverage is null ? 0 : whole.Length];
            var ofStep = new CellUncertainty[request.Coverage is null ? 0 : 3];
            request.Answer(imputer, series, whole, sure);
            SeriesStream stream = imputer.Begin(request, []);
            for (int t = 0; t < series.Length; t++)
            {
                Range own = (t * 3)..(t * 3 + 3);
                stream.Append(series.Times[t], series.Cells.AsSpan(own), step, ofStep);
                Assert.Equal(whole[own], step);
                Assert.Equal(sure.Length == 0 ? [] : sure[own], ofStep);
            }
        }
    }

    [Theory]
    [InlineData("smoother", 14)]
    [InlineData("blend", 270)]
    public void A_series_that_never_ends_keeps_few_steps(string method, int most)
    {
        var stream = (SmoothedStream)Train(method).Begin(new SeriesRequest(ImputationMode.Expectation, 1, 2, 0, 0.9), []);
        Data.Series series = LongSeries();
        double[] step = new double[3];
        var sure = new CellUncertainty[3];
        for (int t = 0; t < 3000; t++)
        {
            stream.Append(t, series.Cells.AsSpan(t % series.Length * 3, 3), step, sure);
            Assert.InRange(stream.KeptSteps, 1, most);
        }
    }

    /// <summary>A long series whose second variable is seldom observed, so that its last values lie far back.</summary>
    private static Data.Series LongSeries()
    {
        Data.Series series = s_long.Items[0];
        return series with { Cells = [.. series.Cells.Select((x, i) => i % 3 == 1 && i / 3 % 190 > 3 ? double.NaN : x)] };
    }

    private static SeriesImputer Train(string method)
    {
        SeriesImputationMethod registration = SeriesImputationMethods.Find(method)!;
        SeriesImputerOptions options = registration.NewOptions();
        options.Direction = SeriesDirection.Causal;
        return registration.Train(s_short, options);
    }
}
