using Microsoft.ML.Diffusion.Core.Ranks;
using Microsoft.ML.Diffusion.Tensors;
using static Microsoft.ML.Diffusion.TorchSharp.Tests.Sameness;

namespace Microsoft.ML.Diffusion.TorchSharp.Tests;

/// <summary>Ranks share gradients that TorchSharp computes as they share those of the managed engine.</summary>
public class SharedGradientTests
{
    private const int Rows = 40, Inputs = 6;

    [BackendFact]
    public void Weights_after_some_steps_on_two_ranks_are_those_of_the_managed_engine_and_the_same_on_both()
    {
        float[] managed = Train(ranks: 1, () => new ManagedEngine(threads: 1))[0];

        float[][] shared = Train(ranks: 2, () => Backend.NewEngine());

        Assert.Equal(shared[0], shared[1]);
        AssertClose(managed, shared[0], "weight");
    }

    private static float[][] Train(int ranks, Func<TensorEngine> create) => ThreadExchange.Run(ranks, exchange =>
    {
        using TensorEngine engine = create();
        using Tape tape = engine.CreateTape(training: true);
        var layer = new Linear(Inputs, 3, new Philox(1));
        Parameter[] parameters = [.. layer.Parameters()];
        Optimizer optimizer = engine.CreateAdam(parameters, new AdamOptions { LearningRate = 1e-2 });
        var shared = new SharedGradient(exchange, parameters, Rows);
        for (int step = 0; step < 5; step++)
        {
            shared.Compute((first, rows) =>
            {
                tape.Reset();
                Tensor x = tape.Input(new Shape(rows, Inputs)), target = tape.Input(new Shape(rows, 3));
                new Philox(2, (ulong)step).FillNormal(x.Data, (ulong)(first * Inputs));
                new Philox(3, (ulong)step).FillNormal(target.Data, (ulong)(first * 3));
                Tensor loss = tape.MaskedSquaredError(layer.Forward(tape, x), target, mask: null, LossReduction.Sum);
                tape.Backward(loss);
                return loss.Data[0] / Rows;
            });
            optimizer.Step();
        }

        return parameters.SelectMany(parameter => parameter.Value.ToArray()).ToArray();
    });
}
