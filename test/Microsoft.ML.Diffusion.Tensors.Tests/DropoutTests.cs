namespace Microsoft.ML.Diffusion.Tensors.Tests;

/// <summary>Dropout as part of a linear layer is dropout after it, bit for bit.</summary>
public class DropoutTests
{
    private const float Rate = 0.3f;

    private static readonly Philox s_draws = new(8, 21);

    public static TheoryData<int, int> Engines => ExactnessTests.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public void Within_a_linear_layer_it_gives_the_bits_of_dropout_after_it(int width, int threads)
    {
        using var engine = new ManagedEngine(new ManagedEngineOptions { Threads = threads, VectorWidth = width });
        using var plain = new ManagedEngine(threads: 1);

        // Too few rows to pack the weight; rows that do not end with a group of draws; columns in several chunks.
        foreach ((int rows, int inputs, int outputs) in ((int, int, int)[])[(3, 5, 17), (130, 107, 131), (40, 1600, 208)])
        {
            foreach (Activation activation in (Activation[])[Activation.None, Activation.SiLU])
            {
                float[][] expected = Run(
                    plain, rows, inputs, outputs, (tape, x, weight, bias, residual, addend) =>
                        tape.Add(tape.Dropout(tape.Linear(x, weight, bias, activation, addend: addend), Rate, s_draws), residual));
                float[][] fused = Run(
                    engine, rows, inputs, outputs, (tape, x, weight, bias, residual, addend) =>
                        tape.Linear(x, weight, bias, activation, residual, addend, Rate, s_draws));
                Assert.Equal(expected, fused);
            }
        }
    }

    [Fact]
    public void It_keeps_the_mean_and_is_left_out_when_scoring()
    {
        var weight = new Parameter("w", new Shape(1, 64));
        weight.Update().Fill(1);
        using var engine = new ManagedEngine();
        foreach (bool training in (bool[])[true, false])
        {
            using Tape tape = engine.CreateTape(training);
            Tensor x = tape.Input(new Shape(1000, 1));
            x.Data.Fill(1);
            float[] y = tape.Linear(x, weight, null, dropout: Rate, random: s_draws).Data.ToArray();
            Assert.Equal(training ? 2 : 1, y.Distinct().Count());
            Assert.InRange(y.Average(), 0.99, 1.01);
        }
    }

    /// <summary>The result of a layer, and the gradients of all that goes in.</summary>
    private static float[][] Run(
        ManagedEngine engine, int rows, int inputs, int outputs, Func<Tape, Tensor, Parameter, Parameter, Tensor, Tensor, Tensor> layer)
    {
        var weight = new Parameter("w", new Shape(inputs, outputs));
        var bias = new Parameter("b", new Shape(outputs));
        GradientCheck.Random(inputs * outputs, 1).CopyTo(weight.Update());
        GradientCheck.Random(outputs, 2).CopyTo(bias.Update());
        using Tape tape = engine.CreateTape(training: true);
        Tensor[] given = [.. new[] { inputs, outputs, outputs }.Select(columns => tape.Input(new Shape(rows, columns), requiresGradient: true))];
        for (int i = 0; i < given.Length; i++)
            GradientCheck.Random(given[i].Shape.Count, 3 + (ulong)i).CopyTo(given[i].Data);
        Tensor y = layer(tape, given[0], weight, bias, given[1], given[2]);
        Tensor target = tape.Input(y.Shape);
        target.Data.Clear();
        tape.Backward(tape.MaskedSquaredError(y, target, mask: null));
        return [y.Data.ToArray(), weight.Gradient.ToArray(), bias.Gradient.ToArray(), .. given.Select(tensor => tensor.Gradient.ToArray())];
    }
}
