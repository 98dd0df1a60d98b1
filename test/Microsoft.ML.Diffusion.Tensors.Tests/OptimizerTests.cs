namespace Microsoft.ML.Diffusion.Tensors.Tests;

public class OptimizerTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.1, 0)]
    [InlineData(0, 0.5)]
    public void Adam_takes_the_steps_of_algorithm_1(double decay, double maxNorm)
    {
        using var engine = new ManagedEngine();
        var parameter = new Parameter("w", new Shape(2));
        new[] { 1f, -2f }.CopyTo(parameter.Update());
        Optimizer adam = engine.CreateAdam([parameter], new AdamOptions { LearningRate = 0.1, WeightDecay = decay, MaxGradientNorm = maxNorm });
        double[] w = [1, -2], m = [0, 0], v = [0, 0];
        float[][] gradients = [[0.5f, -3f], [0.25f, 1f], [-1f, 0f]];
        for (int t = 1; t <= gradients.Length; t++)
        {
            float[] g = gradients[t - 1];
            g.CopyTo(parameter.Gradient);
            adam.LearningRate = 0.1 / t;
            adam.Step();
            double norm = Math.Sqrt(((double)g[0] * g[0]) + ((double)g[1] * g[1]));
            double scale = maxNorm > 0 && norm > maxNorm ? maxNorm / norm : 1;
            for (int i = 0; i < 2; i++)
            {
                double gi = g[i] * scale;
                m[i] = (0.9 * m[i]) + (0.1 * gi);
                v[i] = (0.999 * v[i]) + (0.001 * gi * gi);
                double mHat = m[i] / (1 - Math.Pow(0.9, t)), vHat = v[i] / (1 - Math.Pow(0.999, t));
                w[i] -= 0.1 / t * ((mHat / (Math.Sqrt(vHat) + 1e-8)) + (decay * w[i]));
                Assert.Equal(w[i], parameter.Value[i], 1e-5);
            }

            Assert.Equal([0, 0], parameter.Gradient.ToArray());
        }

        Assert.Equal(3, adam.Steps);
    }

    [Fact]
    public void A_parameter_without_a_gradient_only_decays()
    {
        using var engine = new ManagedEngine();
        var parameter = new Parameter("w", new Shape(1));
        parameter.Update()[0] = 2;
        engine.CreateAdam([parameter], new AdamOptions { LearningRate = 0.5, WeightDecay = 0.1 }).Step();
        Assert.Equal(1.9f, parameter.Value[0], 1e-6f);
    }

    [Fact]
    public void An_average_moves_by_one_less_the_decay_and_swaps_there_and_back()
    {
        using var engine = new ManagedEngine();
        var parameter = new Parameter("w", new Shape(1));
        parameter.Update()[0] = 1;
        ExponentialMovingAverage average = engine.CreateAverage([parameter], 0.75);
        parameter.Update()[0] = 5;
        average.Update();
        average.Swap();
        Assert.Equal(2, parameter.Value[0]);
        average.Swap();
        Assert.Equal(5, parameter.Value[0]);
    }

    [Fact]
    public void Schedules_have_the_factors_their_names_promise()
    {
        LearningRateSchedule steps = LearningRateSchedule.MultiStep(0.1, 50, 25);
        Assert.Equal([1, 0.1, 0.1, 0.01], new long[] { 24, 25, 49, 50 }.Select(s => Math.Round(steps.Factor(s), 12)));
        LearningRateSchedule cosine = LearningRateSchedule.Cosine(100, 0.2);
        Assert.Equal([1, 0.6, 0.2, 0.2], new long[] { 0, 50, 100, 200 }.Select(s => Math.Round(cosine.Factor(s), 12)));
        LearningRateSchedule line = LearningRateSchedule.Linear(10).WithWarmUp(2);
        Assert.Equal([0.5, 0.9, 0.5, 0], new long[] { 0, 1, 5, 10 }.Select(s => Math.Round(line.Factor(s), 12)));
        Assert.Equal(1, LearningRateSchedule.Constant.Factor(1000));
    }
}
