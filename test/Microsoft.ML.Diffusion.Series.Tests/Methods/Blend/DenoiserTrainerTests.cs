using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Series.Methods.Blend;
using Microsoft.ML.Diffusion.Series.Methods.Smoother;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Tests.Methods.Blend;

public class DenoiserTrainerTests
{
    [Fact]
    public void Values_that_the_smoother_is_certain_of_leave_all_weights_finite()
    {
        const int Steps = 5;
        var series = SmoothedSeries.Begin([]);
        for (int t = 0; t < Steps; t++)
            series.Append(t, [double.NaN], [0], [0]);
        var form = new DenoiserSeries(series, 1, 0, new double[Steps], [0, 1, 2, 3, 4]);
        var network = new SeriesDenoiser(1, Steps, 8, 1, 0, new Philox(1));
        using var engine = new ManagedEngine(1);
        DenoiserTrainer.Train(
            network, [form], 3, 0.01, new Philox(2), engine, new ProgressMeter(null), TrainingDeadline.None, CancellationToken.None);
        Assert.All(network.Parameters(), parameter => Assert.All(parameter.Value.ToArray(), value => Assert.True(float.IsFinite(value))));
    }
}
