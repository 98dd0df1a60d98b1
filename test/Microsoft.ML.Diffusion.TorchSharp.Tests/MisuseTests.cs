using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.TorchSharp.Tests;

/// <summary>Whatever one engine refuses the other refuses with the same words.</summary>
public class MisuseTests
{
    private static readonly Parameter s_weight = new("w", new Shape(2, 5)), s_row = new("r", new Shape(5));

    private static readonly Action<Tape, Tensor>[] s_misuses =
    [
        (tape, x) => tape.Linear(x, s_weight, null),
        (tape, x) => tape.Linear(tape.Slice(x, 0, 2), s_weight, null, addend: x),
        (tape, x) => tape.Linear(tape.Slice(x, 0, 2), s_weight, null, dropout: 1),
        (tape, x) => tape.Add(x, tape.Input(new Shape(2, 3))),
        (tape, x) => tape.AddRepeated(x, x, run: 3),
        (tape, x) => tape.Slice(x, 2, 2),
        (tape, x) => tape.Concat(x, tape.Input(new Shape(5, 3))),
        (tape, _) => tape.Concat(),
        (tape, x) => tape.SoftmaxGroups(x, new ColumnGroups((1, 3))),
        (tape, _) => tape.Gather(s_weight, [0, 2]),
        (tape, x) => tape.MaskedSquaredError(x, x, tape.Input(new Shape(4, 2))),
        (tape, x) => tape.MaskedCrossEntropy(x, new ColumnGroups((0, 2)), x, x),
        (tape, x) => tape.Dropout(x, 1, default),
        (tape, x) => tape.Reshape(x, new Shape(5, 3)),
        (tape, x) => tape.Unfold(x, 2, 2),
        (tape, x) => tape.Unfold(x, 3, 3),
        (tape, x) => tape.SwapRows(x, 2, 3),
        (tape, x) => tape.Attention(x, 2, 2),
        (tape, x) => tape.Gate(x),
        (tape, x) => tape.LayerNorm(x, s_row, s_row),
        (tape, x) => tape.GroupNorm(x, 2, 2, s_row, s_row),
        (tape, x) => tape.Backward(x),
        (tape, x) => tape.Backward(tape.Scale(x, 1)),
        (tape, _) => tape.Input(default),
        (tape, _) => tape.Scale(null!, 1),
    ];

    [BackendFact]
    public void Misuse_is_refused_alike()
    {
        using var managed = new ManagedEngine(threads: 1);
        using var torch = Backend.NewEngine();
        Assert.All(s_misuses, misuse => Assert.Equal(Refusal(managed, misuse), Refusal(torch, misuse)));
    }

    [BackendFact]
    public void A_tensor_of_another_tape_and_a_second_way_back_are_refused()
    {
        using var torch = Backend.NewEngine();
        using Tape tape = torch.CreateTape(training: true), other = torch.CreateTape(training: true);
        Tensor x = tape.Input(new Shape(1), requiresGradient: true);
        x.Data[0] = 1;
        Assert.Throws<ArgumentException>(() => other.Scale(x, 2));
        Tensor loss = tape.Scale(x, 2);
        tape.Backward(loss);
        Assert.Throws<InvalidOperationException>(() => tape.Backward(loss));
        Assert.Equal([2f], x.Gradient.ToArray());
    }

    [BackendFact]
    public void Tensors_without_rows_pass_through()
    {
        using var torch = Backend.NewEngine();
        using Tape tape = torch.CreateTape(training: true);
        Tensor x = tape.Input(new Shape(0, 3), requiresGradient: true);
        var layer = new Linear(3, 2, new Philox(1), Activation.SiLU);
        Tensor loss = tape.MaskedSquaredError(layer.Forward(tape, x), tape.Input(new Shape(0, 2)), null, LossReduction.MeanOverRows);
        tape.Backward(loss);
        Assert.Equal(0, loss.Data[0]);
        Assert.All(layer.Weight.Gradient.ToArray(), g => Assert.Equal(0, g));
    }

    private static (Type Type, string Message) Refusal(TensorEngine engine, Action<Tape, Tensor> misuse)
    {
        using Tape tape = engine.CreateTape(training: true);
        Tensor x = tape.Input(new Shape(4, 3), requiresGradient: true);
        Exception e = Assert.ThrowsAny<Exception>(() => misuse(tape, x));
        return (e.GetType(), e.Message);
    }
}
