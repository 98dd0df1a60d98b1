namespace Microsoft.ML.Diffusion.Tensors.Tests;

public class VectorFunctionTests
{
    [Theory]
    [InlineData(Activation.Sigmoid, 1e-6)]
    [InlineData(Activation.Tanh, 5e-7)]
    [InlineData(Activation.SiLU, 1e-6)]
    [InlineData(Activation.GELU, 2e-5)]
    [InlineData(Activation.ReLU, 0)]
    public void Activations_are_accurate_from_end_to_end(Activation activation, double relative)
    {
        using var engine = new ManagedEngine();
        using Tape tape = engine.CreateTape(training: false);
        Tensor x = tape.Input(new Shape(40001));
        for (int i = 0; i < x.Columns; i++)
            x.Data[i] = (i - 20000) / 1000f;
        Span<float> y = tape.Apply(x, activation).Data;
        for (int i = 0; i < x.Columns; i++)
        {
            double v = x.Data[i];
            double sigmoid = 1 / (1 + Math.Exp(-v));
            double expected = activation switch
            {
                Activation.Sigmoid => sigmoid,
                Activation.Tanh => Math.Tanh(v),
                Activation.SiLU => v * sigmoid,
                Activation.GELU => v / (1 + Math.Exp(-2 * Math.Sqrt(2 / Math.PI) * (v + (0.044715 * v * v * v)))),
                _ => Math.Max(v, 0),
            };
            Assert.True(Math.Abs(y[i] - expected) <= (relative * Math.Abs(expected)) + 1e-30, $"at {v}: {y[i]}, not {expected}");
        }
    }

    [Theory]
    [InlineData(Activation.Sigmoid, 0, 1)]
    [InlineData(Activation.Tanh, -1, 1)]
    [InlineData(Activation.SiLU, 0, 1000)]
    [InlineData(Activation.GELU, 0, 1000)]
    public void Activations_stay_finite_far_out(Activation activation, float low, float high)
    {
        using var engine = new ManagedEngine();
        using Tape tape = engine.CreateTape(training: false);
        Tensor x = tape.Input(new Shape(2));
        new[] { -1000f, 1000f }.CopyTo(x.Data);
        Span<float> y = tape.Apply(x, activation).Data;
        Assert.Equal(low, y[0], 1e-30f);
        Assert.Equal(high, y[1]);
    }

    [Fact]
    public void A_softmax_of_huge_logits_sums_to_one()
    {
        using var engine = new ManagedEngine();
        using Tape tape = engine.CreateTape(training: false);
        Tensor x = tape.Input(new Shape(1, 21));
        for (int i = 0; i < 21; i++)
            x.Data[i] = 1e4f + i;
        float[] y = tape.SoftmaxGroups(x, new ColumnGroups((0, 20))).Data.ToArray();
        Assert.Equal(1, y[..20].Sum(), 1e-6f);
        Assert.Equal(Math.E, y[19] / y[18], 1e-5);
        Assert.Equal(x.Data[20], y[20]);
    }

    [Fact]
    public void Dropout_keeps_the_mean_and_drops_the_rate()
    {
        using var engine = new ManagedEngine();
        using Tape tape = engine.CreateTape(training: true);
        Tensor x = tape.Input(new Shape(1000, 100), requiresGradient: true);
        x.Data.Fill(1);
        float[] y = tape.Dropout(x, 0.3f, new Philox(1)).Data.ToArray();
        Assert.Equal(0.3, y.Count(v => v == 0) / 1e5, 5e-3);
        Assert.All(y, v => Assert.True(v is 0 or 1 / 0.7f));
        Assert.NotEqual(y, tape.Dropout(x, 0.3f, new Philox(1, 1)).Data.ToArray());
    }

    [Fact]
    public void Dropout_passes_on_its_input_when_not_training()
    {
        using var engine = new ManagedEngine();
        using Tape tape = engine.CreateTape(training: false);
        Tensor x = tape.Input(new Shape(3));
        Assert.Same(x, tape.Dropout(x, 0.5f, new Philox(1)));
    }
}
