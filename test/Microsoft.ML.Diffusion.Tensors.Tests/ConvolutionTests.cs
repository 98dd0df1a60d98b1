namespace Microsoft.ML.Diffusion.Tensors.Tests;

public class ConvolutionTests
{
    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 5)]
    [InlineData(5, 3)]
    [InlineData(4, 1)]
    public void Unfold(int length, int kernel) =>
        GradientCheck.Run((tape, x) =>
            GradientCheck.Weigh(tape, tape.Unfold(tape.Apply(x[0], Activation.Tanh), length, kernel)), [new(2 * length, 3)]);

    [Fact]
    public void Reshape_there_and_back()
    {
        var weight = new Parameter("w", new Shape(6, 4));
        GradientCheck.Run(
            (tape, x) =>
                GradientCheck.Weigh(tape, tape.Reshape(tape.Linear(tape.Reshape(x[0], new Shape(4, 6)), weight, null), new Shape(8, 2))),
            [new(8, 3)], [weight]);
    }

    [Theory]
    [InlineData(1, 3, 2)]
    [InlineData(2, 5, 3)]
    [InlineData(19, 7, 1)]
    [InlineData(8, 1, 3)]
    public void Convolution_of_any_length_and_kernel(int length, int kernel, int channels)
    {
        var layer = new Convolution1d(channels, 2, kernel, new Philox(1));
        GradientCheck.Run((tape, x) => GradientCheck.Weigh(tape, layer.Forward(tape, tape.Apply(x[0], Activation.Tanh), length)),
            [new(2 * length, channels)], [.. layer.Parameters()]);
    }

    [Fact]
    public void Convolution_of_what_is_used_elsewhere_adds_up_gradients()
    {
        var layer = new Convolution1d(2, 2, 3, new Philox(1));
        GradientCheck.Run((tape, x) => GradientCheck.Weigh(tape, layer.Forward(tape, layer.Forward(tape, x[0], 4, x[0]), 4, x[0])),
            [new(8, 2)], [.. layer.Parameters()]);
    }

    // Of 70 channels the transposed product takes several chunks; of 2,000 the neighbours are laid out.
    [Theory]
    [InlineData(70, 23, 3, 9)]
    [InlineData(2000, 3, 3, 5)]
    public void A_convolution_is_the_product_of_what_unfold_lays_out(int channels, int length, int kernel, int outputs)
    {
        using var engine = new ManagedEngine(2);
        using Tape tape = engine.CreateTape(training: true);
        Parameter weight = new("w", new Shape(kernel * channels, outputs)), bias = new("b", new Shape(outputs));
        GradientCheck.Random(weight.Shape.Count, 1).CopyTo(weight.Update());
        GradientCheck.Random(outputs, 2).CopyTo(bias.Update());
        (float[] Y, float[] X, float[] Weight) Run(bool isOne)
        {
            tape.Reset();
            weight.ZeroGradient();
            Tensor x = tape.Input(new Shape(30 * length, channels), requiresGradient: true);
            GradientCheck.Random(x.Shape.Count, 3).CopyTo(x.Data);
            Tensor y = isOne ? tape.Convolution(x, length, kernel, weight, bias) : tape.Linear(tape.Unfold(x, length, kernel), weight, bias);
            tape.Backward(GradientCheck.Weigh(tape, y));
            return ([.. y.Data], [.. x.Gradient], [.. weight.Gradient]);
        }

        (float[] Y, float[] X, float[] Weight) one = Run(isOne: true), two = Run(isOne: false);
        Assert.Equal(two.Y, one.Y);
        Assert.Equal(two.Weight, one.Weight);
        // Its terms are summed in another order.
        float size = two.X.Max(Math.Abs);
        Assert.All(one.X.Zip(two.X), pair => Assert.Equal(pair.Second, pair.First, 1e-5f * size));
    }

    [Fact]
    public void A_convolution_is_the_sum_over_neighbours()
    {
        const int Rows = 3, Length = 7, Inputs = 2, Outputs = 4, Kernel = 5;
        using var engine = new ManagedEngine(1);
        using Tape tape = engine.CreateTape(training: false);
        var layer = new Convolution1d(Inputs, Outputs, Kernel, new Philox(3)).Zero();
        GradientCheck.Random(layer.Weight.Shape.Count, 1).CopyTo(layer.Weight.Update());
        Tensor x = tape.Input(new Shape(Rows * Length, Inputs));
        GradientCheck.Random(x.Shape.Count, 2).CopyTo(x.Data);
        Tensor y = layer.Forward(tape, x, Length);
        for (int row = 0; row < Rows; row++)
        {
            for (int place = 0; place < Length; place++)
            {
                for (int output = 0; output < Outputs; output++)
                {
                    double sum = 0;
                    for (int k = 0; k < Kernel; k++)
                    {
                        int other = place + k - (Kernel / 2);
                        for (int input = 0; input < Inputs && other >= 0 && other < Length; input++)
                        {
                            float weight = layer.Weight.Value[(((k * Inputs) + input) * Outputs) + output];
                            sum += x.Data[(((row * Length) + other) * Inputs) + input] * weight;
                        }
                    }

                    Assert.Equal(sum, y.Data[(((row * Length) + place) * Outputs) + output], 1e-5);
                }
            }
        }
    }

    [Fact]
    public void Groups_have_mean_0_and_variance_1()
    {
        using var engine = new ManagedEngine(1);
        using Tape tape = engine.CreateTape(training: false);
        Tensor x = tape.Input(new Shape(2 * 40, 6));
        float[] values = GradientCheck.Random(x.Shape.Count, 2);
        for (int i = 0; i < values.Length; i++)
            x.Data[i] = 100 + (3 * values[i]);
        Tensor y = new GroupNorm(6, 3).Forward(tape, x, 40);
        for (int group = 0; group < 3; group++)
        {
            double[] own = [.. Enumerable.Range(0, 80).Select(i => (double)y.Data[(40 * 6) + (i / 2 * 6) + (2 * group) + (i % 2)])];
            Assert.Equal(0, own.Average(), 1e-4);
            Assert.Equal(1, own.Average(v => v * v), 1e-3);
        }
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        using var engine = new ManagedEngine(1);
        using Tape tape = engine.CreateTape(training: false);
        Tensor x = tape.Input(new Shape(6, 4));
        Assert.Throws<ArgumentException>(() => tape.Unfold(x, 4, 3));
        Assert.Throws<ArgumentException>(() => tape.Unfold(x, 3, 2));
        var weight = new Parameter("w", new Shape(12, 2));
        Assert.Throws<ArgumentException>(() => tape.Convolution(x, 4, 3, weight, null));
        Assert.Throws<ArgumentException>(() => tape.Convolution(x, 3, 5, weight, null));
        Assert.Throws<ArgumentException>(() => tape.Convolution(x, 3, 3, weight, null, residual: x));
        Assert.Throws<ArgumentException>(() => tape.Reshape(x, new Shape(5, 5)));
        Assert.Throws<ArgumentException>(() => new GroupNorm(4, 2).Forward(tape, x, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GroupNorm(4, 3));
    }
}
