namespace Microsoft.ML.Diffusion.Tensors.Tests;

public class GradientTests
{
    /// <summary>A loss that weighs every element differently, so that a swapped or dropped element shows.</summary>
    private static Tensor Weigh(Tape tape, Tensor x)
    {
        Tensor target = tape.Input(x.Shape);
        Tensor mask = tape.Input(x.Shape);
        GradientCheck.Random(x.Shape.Count, 50).CopyTo(target.Data);
        for (int i = 0; i < mask.Data.Length; i++)
            mask.Data[i] = i % 3 / 2f;
        return tape.MaskedSquaredError(x, target, mask, LossReduction.MeanOverMask);
    }

    [Fact]
    public void Linear_without_bias_whose_input_is_also_its_residual()
    {
        var weight = new Parameter("w", new Shape(5, 5));
        GradientCheck.Run((tape, x) => Weigh(tape, tape.Linear(x[0], weight, null, Activation.Tanh, x[0], x[0])), [new(4, 5)], [weight]);
    }

    [Fact]
    public void Linear_used_twice_adds_up_the_gradients_of_its_weight()
    {
        var weight = new Parameter("w", new Shape(5, 5));
        var bias = new Parameter("b", new Shape(5));
        GradientCheck.Run(
            (tape, x) =>
                Weigh(tape, tape.Linear(tape.Linear(x[0], weight, bias, Activation.SiLU), weight, bias)), [new(4, 5)], [weight, bias]);
    }

    [Fact]
    public void A_tensor_added_to_or_multiplied_by_itself()
    {
        GradientCheck.Run((tape, x) => Weigh(tape, tape.Multiply(tape.Add(x[0], x[0]), x[0])), [new(4, 5)]);
    }

    [Fact]
    public void Scale_and_parameters_as_tensors()
    {
        var row = new Parameter("row", new Shape(5));
        GradientCheck.Run((tape, x) => Weigh(tape, tape.Add(tape.Scale(x[0], -0.3f), tape.Use(row))), [new(4, 5)], [row]);
    }

    [Fact]
    public void The_slope_of_ReLU_is_one_above_zero_and_zero_below()
    {
        using var engine = new ManagedEngine();
        using Tape tape = engine.CreateTape(training: true);
        Tensor x = tape.Input(new Shape(1, 3), requiresGradient: true);
        new[] { -2f, 0f, 3f }.CopyTo(x.Data);
        tape.Backward(tape.MaskedSquaredError(tape.Apply(x, Activation.ReLU), tape.Scale(x, 0), null, LossReduction.Sum));
        Assert.Equal([0, 0, 6], x.Gradient.ToArray());
    }

    [Fact]
    public void Concat_and_slice()
    {
        GradientCheck.Run(
            (tape, x) =>
            {
                Tensor joined = tape.Concat(x[0], x[1], x[0]);
                return Weigh(tape, tape.Multiply(tape.Slice(joined, 1, 4), tape.Slice(joined, 3, 4)));
            },
            [new(4, 3), new(4, 2)]);
    }

    [Fact]
    public void Gather_adds_up_rows_that_are_taken_twice()
    {
        var table = new Parameter("t", new Shape(4, 3));
        GradientCheck.Run((tape, _) => Weigh(tape, tape.Gather(table, [2, 0, 2, 3])), [], [table]);
    }

    [Theory]
    [InlineData(LossReduction.Sum)]
    [InlineData(LossReduction.MeanOverRows)]
    [InlineData(LossReduction.MeanOverCells)]
    [InlineData(LossReduction.MeanOverMask)]
    public void Losses(LossReduction reduction)
    {
        var groups = new ColumnGroups((1, 3), (5, 2));
        double tolerance = reduction == LossReduction.Sum ? 1e-2 : 2e-3;
        GradientCheck.Run(
            (tape, x) =>
            {
                Tensor target = tape.Input(new Shape(4, 9));
                new Philox(7).FillUniform(target.Data);
                Tensor mask = tape.Input(new Shape(4, 2));
                new[] { 1f, 0, 0.5f, 1, 0, 0, 1, 2 }.CopyTo(mask.Data);
                return tape.Add(
                    tape.MaskedCrossEntropy(x[0], groups, target, mask, reduction),
                    tape.MaskedSquaredError(x[0], target, null, reduction));
            },
            [new(4, 9)],
            tolerance: tolerance);
    }

    [Fact]
    public void A_masked_cell_has_no_gradient()
    {
        using var engine = new ManagedEngine();
        using Tape tape = engine.CreateTape(training: true);
        Tensor x = tape.Input(new Shape(1, 2), requiresGradient: true);
        Tensor target = tape.Input(new Shape(1, 2));
        Tensor mask = tape.Input(new Shape(1, 2));
        new[] { 1f, 2f }.CopyTo(x.Data);
        new[] { 0f, 0f }.CopyTo(target.Data);
        new[] { 0f, 1f }.CopyTo(mask.Data);
        Tensor loss = tape.MaskedSquaredError(x, target, mask);
        tape.Backward(loss);
        Assert.Equal(4, loss.Data[0]);
        Assert.Equal([0, 4], x.Gradient.ToArray());
    }
}
