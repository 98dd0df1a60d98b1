using Microsoft.ML.Diffusion.Tensors;
using static Microsoft.ML.Diffusion.TorchSharp.Tests.Sameness;

namespace Microsoft.ML.Diffusion.TorchSharp.Tests;

/// <summary>Optimizers and averages change weights alike, and weights go from engine to engine.</summary>
public class TrainingTests
{
    [BackendTheory]
    [InlineData(0, 0)]
    [InlineData(0.1, 0)]
    [InlineData(0.01, 0.05)]
    public void Twenty_steps_end_at_the_same_weights(double decay, double longest)
    {
        var options = new AdamOptions { LearningRate = 1e-2, WeightDecay = decay, MaxGradientNorm = longest };
        SmallNetwork first = new(), second = new();
        using var managed = new ManagedEngine(threads: 1);
        using var torch = Backend.NewEngine();
        first.Train(managed, 20, options, averageDecay: 0.8);
        second.Train(torch, 20, options, averageDecay: 0.8);
        foreach ((Parameter expected, Parameter actual) in first.Parameters().Zip(second.Parameters()))
            AssertClose(expected.Value, actual.Value, expected.Name);
    }

    [BackendFact]
    public void What_one_engine_trained_the_other_goes_on_with()
    {
        SmallNetwork there = new(), alone = new();
        using var managed = new ManagedEngine(threads: 1);
        using (var torch = Backend.NewEngine())
        {
            there.Train(managed, 5);
            there.Train(torch, 5);
        }
        there.Train(managed, 5);
        foreach (int steps in (int[])[5, 5, 5])
            alone.Train(managed, steps);
        foreach ((Parameter expected, Parameter actual) in alone.Parameters().Zip(there.Parameters()))
            AssertClose(expected.Value, actual.Value, expected.Name);
    }

    [BackendFact]
    public void A_saved_state_is_the_same_file_whoever_reads_it_and_whether_the_engine_is_there()
    {
        var network = new SmallNetwork();
        byte[] during;
        using (var torch = Backend.NewEngine())
        {
            network.Train(torch, 3);
            during = Bytes(network);
        }
        Assert.Equal(during, Bytes(network));
        var other = new SmallNetwork();
        other.LoadState(network.SaveState());
        Assert.Equal(during, Bytes(other));
    }

    [BackendFact]
    public void A_value_written_on_the_host_is_what_the_next_operation_computes_with()
    {
        var weight = new Parameter("w", new Shape(1, 1));
        using var torch = Backend.NewEngine();
        using Tape tape = torch.CreateTape(training: false);
        foreach (float value in (float[])[2, 3, -1])
        {
            weight.Update()[0] = value;
            tape.Reset();
            Tensor x = tape.Input(new Shape(1, 1));
            x.Data[0] = 10;
            Assert.Equal(10 * value, tape.Linear(x, weight, null).Data[0]);
        }
    }

    [BackendFact]
    public void Gradients_add_up_over_steps_and_over_engines_until_they_are_set_to_zero()
    {
        var weight = new Parameter("w", new Shape(1, 1));
        using var managed = new ManagedEngine(threads: 1);
        using var torch = Backend.NewEngine();
        using Tape here = managed.CreateTape(training: true), there = torch.CreateTape(training: true);
        foreach (Tape tape in (Tape[])[there, there, here, there])
        {
            tape.Reset();
            Tensor x = tape.Input(new Shape(1, 1));
            x.Data[0] = 3;
            tape.Backward(tape.Linear(x, weight, null));
        }
        Assert.Equal(12, weight.Gradient[0]);
        weight.ZeroGradient();
        Assert.Equal(0, weight.Gradient[0]);
    }

    [BackendFact]
    public void A_gradient_written_on_the_host_is_stepped_along()
    {
        Parameter[] weights = [new("a", new Shape(2)), new("b", new Shape(3))];
        using var torch = Backend.NewEngine();
        Optimizer optimizer = torch.CreateAdam(weights, new AdamOptions { LearningRate = 0.1 });
        weights[1].Gradient.Fill(5);
        optimizer.Step();
        Assert.All(weights[0].Value.ToArray(), value => Assert.Equal(0, value));
        Assert.All(weights[1].Value.ToArray(), value => Assert.Equal(-0.1f, value, 1e-5f));
        Assert.All(weights[1].Gradient.ToArray(), value => Assert.Equal(0, value));
    }

    [BackendFact]
    public void Several_optimizers_may_share_parameters_and_an_engine_may_have_none_to_train()
    {
        SmallNetwork network = new(), other = new();
        using var torch = Backend.NewEngine();
        using var managed = new ManagedEngine(threads: 1);
        Train(torch, network);
        Train(managed, other);
        foreach ((Parameter expected, Parameter actual) in other.Parameters().Zip(network.Parameters()))
            AssertClose(expected.Value, actual.Value, expected.Name);
        torch.CreateAdam([], new AdamOptions()).Step();

        static void Train(TensorEngine engine, SmallNetwork network)
        {
            Optimizer all = engine.CreateAdam(network.Parameters(), new AdamOptions());
            Optimizer some = engine.CreateAdam(network.Parameters().Skip(2), new AdamOptions());
            using Tape tape = engine.CreateTape(training: true);
            for (int step = 0; step < 4; step++)
            {
                tape.Backward(network.Loss(tape, step));
                (step % 2 == 0 ? all : some).Step();
            }
        }
    }

    private static byte[] Bytes(Module module)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        module.SaveState().Save(writer);
        return stream.ToArray();
    }
}
