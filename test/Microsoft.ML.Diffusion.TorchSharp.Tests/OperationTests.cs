using Microsoft.ML.Diffusion.Tensors;
using static Microsoft.ML.Diffusion.TorchSharp.Tests.Sameness;

namespace Microsoft.ML.Diffusion.TorchSharp.Tests;

/// <summary>Every operation by itself gives the same on both engines, and so do its gradients.</summary>
public class OperationTests
{
    private const int Rows = 6, Columns = 8;

    private static readonly ColumnGroups s_groups = new((1, 2), (3, 3), (7, 1));
    private static readonly Parameter s_weight = Values("weight", new Shape(Columns, 5)), s_bias = Values("bias", new Shape(5));
    private static readonly Parameter s_gain = Values("gain", new Shape(Columns)), s_shift = Values("shift", new Shape(Columns));
    private static readonly Parameter s_kernel = Values("kernel", new Shape(9 * Columns, 5));
    private static readonly Parameter s_table = Values("table", new Shape(4, Columns));

    public static TheoryData<string> Names => [.. Operations.Keys];

    private static Dictionary<string, Func<Tape, Tensor, Tensor>> Operations { get; } = new(StringComparer.Ordinal)
    {
        ["linear"] = (tape, x) => tape.Linear(x, s_weight, null),
        ["linear with all"] = (tape, x) => tape.Linear(
            x, s_weight, s_bias, Activation.SiLU, Fixed(tape, 5, 2), Fixed(tape, 5, 3), dropout: 0.4f, new Philox(9)),
        ["linear of relu"] = (tape, x) => tape.Linear(x, s_weight, s_bias, Activation.ReLU),
        ["linear of gelu"] = (tape, x) => tape.Linear(x, s_weight, s_bias, Activation.GELU),
        ["add a row"] = (tape, x) => tape.Add(x, tape.Use(s_gain)),
        ["subtract a column"] = (tape, x) => tape.Subtract(x, tape.Slice(x, 2, 1)),
        ["multiply"] = (tape, x) => tape.Multiply(x, Fixed(tape, Columns, 4)),
        ["multiply by a row"] = (tape, x) => tape.Multiply(x, tape.Use(s_gain)),
        ["add repeated, by rows"] = (tape, x) => tape.AddRepeated(x, Normals(tape, new Shape(2, Columns), 5), run: 3),
        ["add repeated, by turns"] = (tape, x) => tape.AddRepeated(x, tape.Slice(Normals(tape, new Shape(3, Columns + 1), 5), 1, Columns), run: 1),
        ["scale"] = (tape, x) => tape.Scale(x, -0.3f),
        ["tanh"] = (tape, x) => tape.Apply(x, Activation.Tanh),
        ["decay"] = (tape, x) => tape.Apply(x, Activation.Decay),
        ["sigmoid"] = (tape, x) => tape.Apply(x, Activation.Sigmoid),
        ["layer norm"] = (tape, x) => tape.LayerNorm(x, s_gain, s_shift),
        ["group norm"] = (tape, x) => tape.GroupNorm(x, length: 3, groups: 2, s_gain, s_shift),
        ["unfold"] = (tape, x) => tape.Unfold(x, length: 3, kernel: 3),
        ["unfold further than a row"] = (tape, x) => tape.Unfold(x, length: 2, kernel: 5),
        ["reshape a slice"] = (tape, x) => tape.Reshape(tape.Slice(x, 1, 4), new Shape(2, 3, 4)),
        ["swapped rows"] = (tape, x) => tape.SwapRows(x, 2, 3),
        ["attention"] = (tape, x) => tape.Attention(tape.Concat(x, tape.Scale(x, 0.5f), Fixed(tape, Columns, 6)), tokens: 3, heads: 2),
        ["attention to others"] = (tape, x) =>
            tape.Attention(tape.Concat(x, tape.Scale(x, 0.5f), Fixed(tape, Columns, 6)), tokens: 3, heads: 2, excludesSelf: true),
        ["attention weights"] = (tape, x) =>
            tape.AttentionWeights(tape.Concat(x, tape.Scale(x, 0.5f), Fixed(tape, Columns, 6)), tokens: 3, heads: 2, excludesSelf: true),
        ["convolution of pictures"] = (tape, x) => tape.Convolution2d(x, 2, 3, s_kernel, s_bias, Fixed(tape, 5, 2)),
        ["mean of blocks"] = (tape, x) => tape.MeanPool2d(tape.Upsample2d(x, 3, 2), 6, 2),
        ["doubling"] = (tape, x) => tape.Upsample2d(x, 2, 3),
        ["blocks side by side"] = (tape, x) => tape.SpaceToDepth(tape.Concat(tape.Upsample2d(x, 2, 3), tape.DepthToSpace(x, 2, 3)), 4, 6),
        ["blocks as pixels"] = (tape, x) => tape.DepthToSpace(x, 3, 2),
        ["modulation"] = (tape, x) => tape.Modulate(x, Normals(tape, new Shape(2, 2 * Columns), 5), run: 3),
        ["batch norm"] = (tape, x) =>
            tape.BatchNorm(x, s_gain, s_shift, new Parameter("m", new Shape(Columns)), new Parameter("v", new Shape(Columns))),
        ["gate"] = (tape, x) => tape.Gate(x),
        ["dropout"] = (tape, x) => tape.Dropout(x, 0.5f, new Philox(3, 4)),
        ["gather"] = (tape, x) => tape.Add(x, tape.Gather(s_table, [3, 0, 0, 1, 3, 3])),
        ["softmax of groups"] = (tape, x) => tape.SoftmaxGroups(x, s_groups),
    };

    [BackendTheory]
    [MemberData(nameof(Names))]
    public void An_operation_and_its_gradients(string name)
    {
        var reached = new List<Parameter>();
        using (var engine = new ManagedEngine(threads: 1))
        {
            using Tape tape = engine.CreateTape(training: true);
            Parameter[] all = [s_weight, s_bias, s_gain, s_shift, s_table, s_kernel];
            Array.ForEach(all, parameter => parameter.ZeroGradient());
            tape.Backward(Loss(tape, [], name));
            reached.AddRange(all.Where(parameter => parameter.Gradient.ToArray().Any(g => g != 0)));
        }
        AssertSame(reached, (tape, inputs) => Loss(tape, inputs, name));
    }

    [BackendTheory]
    [InlineData(LossReduction.Sum, true)]
    [InlineData(LossReduction.MeanOverRows, false)]
    [InlineData(LossReduction.MeanOverCells, true)]
    [InlineData(LossReduction.MeanOverMask, true)]
    [InlineData(LossReduction.MeanOverMask, false)]
    public void Losses(LossReduction reduction, bool isMasked)
    {
        AssertSame([], (tape, inputs) =>
        {
            inputs.Add(Normals(tape, new Shape(Rows, Columns), 0, requiresGradient: true));
            Tensor target = Fixed(tape, Columns, 1);
            Tensor? mask = isMasked ? Positive(tape, Columns) : null, chosen = isMasked ? Positive(tape, s_groups.Count) : null;
            Tensor squares = tape.MaskedSquaredError(inputs[0], target, mask, reduction);
            return tape.Add(squares, tape.MaskedCrossEntropy(inputs[0], s_groups, Positive(tape, Columns), chosen, reduction));
        });
    }

    [BackendFact]
    public void The_mean_over_an_empty_mask_is_zero()
    {
        using var engine = Backend.NewEngine();
        using Tape tape = engine.CreateTape(training: true);
        Tensor x = Normals(tape, new Shape(2, 3), 0, requiresGradient: true), mask = tape.Input(x.Shape);
        mask.Data.Clear();
        Tensor loss = tape.MaskedSquaredError(x, Normals(tape, x.Shape, 1), mask);
        tape.Backward(loss);
        Assert.Equal(0, loss.Data[0]);
        Assert.All(x.Gradient.ToArray(), g => Assert.Equal(0, g));
    }

    [BackendFact]
    public void A_tape_for_inference_drops_nothing_and_gives_the_same_predictions()
    {
        using var managed = new ManagedEngine(threads: 1);
        using var torch = Backend.NewEngine();
        float[][] answers = [.. new TensorEngine[] { managed, torch }.Select(engine =>
        {
            using Tape tape = engine.CreateTape(training: false);
            Tensor x = tape.Dropout(Fixed(tape, Columns, 1), 0.5f, new Philox(1));
            return tape.Linear(x, s_weight, s_bias, Activation.GELU, dropout: 0.5f).Data.ToArray();
        })];
        AssertClose(answers[0], answers[1], "prediction");
    }

    private static Tensor Loss(Tape tape, List<Tensor> inputs, string name)
    {
        inputs.Add(Normals(tape, new Shape(Rows, Columns), 0, requiresGradient: true));
        Tensor result = Operations[name](tape, inputs[0]);
        return tape.MaskedSquaredError(result, Normals(tape, result.Shape, 8), null, LossReduction.MeanOverRows);
    }

    private static Tensor Fixed(Tape tape, int columns, ulong stream) => Normals(tape, new Shape(Rows, columns), stream);

    private static Tensor Positive(Tape tape, int columns)
    {
        Tensor tensor = Fixed(tape, columns, 9);
        foreach (ref float value in tensor.Data)
            value = Math.Max(0, value);
        return tensor;
    }

    private static Parameter Values(string name, Shape shape)
    {
        var parameter = new Parameter(name, shape);
        Initializer.Normal(parameter, 1, new Philox(2, (ulong)name.Length));
        return parameter;
    }
}
