using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Brits;
using Microsoft.ML.Diffusion.Series.Methods.Csdi;
using Microsoft.ML.Diffusion.Series.Methods.GpVae;
using Microsoft.ML.Diffusion.Series.Methods.Networks;
using Microsoft.ML.Diffusion.Series.Methods.Saits;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.TorchSharp.Tests;

/// <summary>Networks of series train with <c>Engine = TorchSharp</c>.</summary>
public class SeriesTests
{
    private const int Steps = 10;

    [BackendTheory]
    [InlineData("csdi")]
    [InlineData("gp-vae")]
    [InlineData("saits")]
    [InlineData("brits")]
    public void Networks_of_series_fill_as_on_the_managed_engine(string method)
    {
        float[] here = Filled(method, EngineKind.Managed, out _), there = Filled(method, EngineKind.TorchSharp, out List<string> lines);
        Assert.Single(lines, line => line.Contains("with TorchSharp", StringComparison.Ordinal));
        Assert.DoesNotContain(float.NaN, there);
        Assert.All(here.Zip(there), pair => Assert.Equal(pair.First, pair.Second, 1e-2f));
    }

    private static float[] Filled(string method, EngineKind engine, out List<string> lines)
    {
        SeriesNetworkOptions options = method switch
        {
            "csdi" => new SeriesCsdiOptions
            {
                Channels = 8, Blocks = 1, DiffusionSteps = 10, ExpectationDraws = 5, Epochs = 2, Steps = Steps,
            },
            "gp-vae" => new GpVaeOptions { Latents = 4, Encoder = [8, 8], Decoder = [8], Window = 3, Epochs = 2, Steps = Steps },
            "saits" => new SaitsOptions { Epochs = 2, Steps = Steps },
            _ => new BritsOptions { Epochs = 2, Steps = Steps },
        };
        (options.Engine, options.Threads) = (engine, 1);
        lines = Pipelines.Log(
            ml =>
            {
                IDataView view = ml.Data.LoadFromEnumerable(Rows());
                var estimator = ml.Transforms.DiffusionImputeSeries(
                    [nameof(Row.X), nameof(Row.Y)], nameof(Row.Series), nameof(Row.Time), new() { Method = options });
                IDataView filled = estimator.Fit(view).Transform(view);
                return ml.Data.CreateEnumerable<Row>(filled, reuseRowObject: false).SelectMany(row => new[] { row.X, row.Y }).ToArray();
            },
            out float[] values);
        return values;
    }

    private static IEnumerable<Row> Rows()
    {
        var random = new Philox(3);
        for (int i = 0; i < 20 * Steps; i++)
        {
            float level = MathF.Sin(0.3f * i) + (0.1f * random.Normal((ulong)i));
            yield return new Row
            {
                Series = i / Steps,
                Time = i % Steps,
                X = i % 4 == 1 ? float.NaN : level,
                Y = i % 7 == 2 ? float.NaN : 1 - level,
            };
        }
    }

    internal sealed class Row
    {
        public int Series { get; set; }

        public float Time { get; set; }

        public float X { get; set; }

        public float Y { get; set; }
    }
}
