using System.Diagnostics;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods;
using Microsoft.ML.Diffusion.Tensors;
using Xunit.Abstractions;

namespace Microsoft.ML.Diffusion.Series.Tests.Methods.Smoother;

/// <summary>Measures time, so that nothing else may run.</summary>
[CollectionDefinition(nameof(AppendTimeTests), DisableParallelization = true)]
[Collection(nameof(AppendTimeTests))]
public class AppendTimeTests(ITestOutputHelper output)
{
    private const int Width = 10, Steps = 48, Series = 300;

    // Many times what is measured on a quiet machine, 5 to 30.
    private const double Most = 200;

    [Theory]
    [InlineData("smoother")]
    [InlineData("blend")]
    public void A_step_takes_less_than_200_microseconds_and_no_longer_after_many(string method)
    {
        SeriesTable table = Simulated();
        SeriesImputationMethod registration = SeriesImputationMethods.Find(method)!;
        SeriesImputerOptions options = registration.NewOptions();
        options.Direction = SeriesDirection.Causal;
        SeriesImputer imputer = registration.Train(table, options);
        double[] completed = new double[Width];
        double First(int steps) => Enumerable.Range(0, 20).Min(_ =>
        {
            SeriesStream stream = imputer.Begin(new SeriesRequest(ImputationMode.Expectation, 1, 2, 0, null), []);
            var watch = new Stopwatch();
            for (int t = 0; t < steps; t++)
            {
                if (t == steps - Steps)
                    watch.Start();
                stream.Append(t, table.Items[t % Series].Cells.AsSpan(t % Steps * Width, Width), completed, []);
            }
            return watch.Elapsed.TotalMicroseconds / Steps;
        });
        First(Steps);
        double early = First(Steps), late = First(40 * Steps);
        output.WriteLine($"{method}: {early:F0} microseconds, after {40 * Steps} steps {late:F0}");
        Assert.True(early < Most, $"{early:F0} microseconds a step");
        Assert.True(late < Most, $"{late:F0} microseconds a step after {40 * Steps} steps");
    }

    /// <summary>Ten variables that share slow movements, half of whose values are missing.</summary>
    private static SeriesTable Simulated()
    {
        List<Data.Series> items = [];
        for (int s = 0; s < Series; s++)
        {
            Philox random = new Philox(5).Fork((ulong)s);
            float[] normal = new float[Steps * (Width + 1)];
            random.Fork(0).FillNormal(normal);
            double[] cells = new double[Steps * Width];
            double level = 0;
            for (int t = 0; t < Steps; t++)
            {
                level = 0.9 * level + 0.4 * normal[Steps * Width + t];
                for (int v = 0; v < Width; v++)
                {
                    int cell = t * Width + v;
                    cells[cell] = random.Uniform((ulong)cell) < 0.5f ? double.NaN : Math.Sin(level * (v + 1) / 3) + 0.3 * normal[cell];
                }
            }
            items.Add(new Data.Series([.. Enumerable.Range(0, Steps).Select(t => (double)t)], cells));
        }
        return new SeriesTable(Width, items);
    }
}
