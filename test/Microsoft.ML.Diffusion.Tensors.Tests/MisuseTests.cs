namespace Microsoft.ML.Diffusion.Tensors.Tests;

public class MisuseTests
{
    private static readonly ManagedEngine s_engine = new(1);

    [Fact]
    public void Sizes_that_do_not_fit_are_refused_with_both_named()
    {
        Tape tape = s_engine.CreateTape(training: true);
        Tensor x = tape.Input(new Shape(4, 3));
        var weight = new Parameter("w", new Shape(2, 5));
        Refuses("4x3", "2x5", () => tape.Linear(x, weight, null));
        Refuses("4x3", "2x3", () => tape.Add(x, tape.Input(new Shape(2, 3))));
        Refuses("4x3", "2 to 3", () => tape.Slice(x, 2, 2));
        Refuses("4", "5", () => tape.Concat(x, tape.Input(new Shape(5, 3))));
        Refuses("4x3", "column 3", () => tape.SoftmaxGroups(x, new ColumnGroups((1, 3))));
        Refuses("2 rows", "code 2", () => tape.Gather(weight, [0, 2]));
        Refuses("mask is 4x2", "4x3", () => tape.MaskedSquaredError(x, x, tape.Input(new Shape(4, 2))));
        Refuses("rate is 1", "below 1", () => tape.Dropout(x, 1, default));
        Refuses("rate is 1", "below 1", () => tape.Linear(x, new Parameter("w", new Shape(3, 5)), null, dropout: 1));
        Refuses("column 1", "overlaps", () => _ = new ColumnGroups((0, 2), (1, 2)));
        Refuses("-1", "negative", () => _ = new Shape(-1, 2));
    }

    [Fact]
    public void A_tensor_of_another_tape_is_refused()
    {
        Tape tape = s_engine.CreateTape(training: true);
        Tensor x = s_engine.CreateTape(training: true).Input(new Shape(1));
        Refuses("another tape", "x", () => tape.Scale(x, 2));
    }

    [Fact]
    public void Going_backwards_needs_a_training_tape_one_element_and_something_to_train()
    {
        Tape tape = s_engine.CreateTape(training: true);
        Tensor constant = tape.Input(new Shape(1));
        Assert.Throws<InvalidOperationException>(() => tape.Backward(constant));
        Tensor x = tape.Input(new Shape(2), requiresGradient: true);
        Refuses("one element", "2", () => tape.Backward(tape.Scale(x, 1)));
        Tensor loss = tape.MaskedSquaredError(x, x, null);
        tape.Backward(loss);
        Assert.Throws<InvalidOperationException>(() => tape.Backward(loss));
        Tape inference = s_engine.CreateTape(training: false);
        Tensor y = inference.Input(new Shape(1), requiresGradient: true);
        Assert.Throws<InvalidOperationException>(() => inference.Backward(y));
    }

    [Fact]
    public void Engines_refuse_impossible_options()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ManagedEngine(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ManagedEngine(new ManagedEngineOptions { VectorWidth = 100 }));
    }

    [Fact]
    public void Tensors_without_rows_pass_through()
    {
        Tape tape = s_engine.CreateTape(training: true);
        Tensor x = tape.Input(new Shape(0, 3), requiresGradient: true);
        var layer = new Linear(3, 2, new Philox(1), Activation.SiLU);
        Tensor loss = tape.MaskedSquaredError(layer.Forward(tape, x), tape.Input(new Shape(0, 2)), null, LossReduction.MeanOverRows);
        tape.Backward(loss);
        Assert.Equal(0, loss.Data[0]);
        Assert.All(layer.Weight.Gradient.ToArray(), g => Assert.Equal(0, g));
    }

    private static void Refuses(string what, string other, Action action)
    {
        string message = Assert.Throws<ArgumentException>(action).Message;
        Assert.Contains(what, message, StringComparison.Ordinal);
        Assert.Contains(other, message, StringComparison.Ordinal);
    }
}
