namespace Microsoft.ML.Diffusion.Tensors.Tests;

/// <summary>Every operation of a tape, with what <see cref="OperationTests"/> asks of each: one line adds an operation.</summary>
internal static class OperationCases
{
    private static readonly int[] s_codes = [2, 0, 2, 3];

    /// <summary>A case begins with the name of its operation. Rows are a multiple of 12, columns of 6 and at least 6.</summary>
    public static IReadOnlyDictionary<string, Func<int, int, OperationCase>> All { get; } =
        new Dictionary<string, Func<int, int, OperationCase>>(StringComparer.Ordinal)
        {
            ["Linear"] = (n, c) => new([new(n, c)], [new(c, 5), new(5)], (tape, x, p) => tape.Linear(x[0], p[0], p[1])),
            ["Linear without a bias"] = (n, c) => new([new(n, c)], [new(c, 5)], (tape, x, p) => tape.Linear(x[0], p[0], null, Activation.GELU)),
            ["Linear with everything"] = (n, c) => new(
                [new(n, c), new(n, 5), new(n, 5)], [new(c, 5), new(5)],
                (tape, x, p) => tape.Linear(x[0], p[0], p[1], Activation.SiLU, x[1], x[2], dropout: 0.4f, new Philox(3))),
            ["Add"] = (n, c) => new([new(n, c), new(n, c)], [], (tape, x, _) => tape.Add(x[0], x[1])),
            ["Add a row"] = (n, c) => new([new(n, c)], [new(c)], (tape, x, p) => tape.Add(x[0], tape.Use(p[0]))),
            ["Add a column"] = (n, c) => new([new(n, c), new(n, 1)], [], (tape, x, _) => tape.Add(x[0], x[1])),
            ["Subtract"] = (n, c) => new([new(n, c), new(n, c)], [], (tape, x, _) => tape.Subtract(x[0], x[1])),
            ["Subtract a row"] = (n, c) => new([new(n, c), new(1, c)], [], (tape, x, _) => tape.Subtract(x[0], x[1])),
            ["Subtract a column"] = (n, c) => new([new(n, c), new(n, 1)], [], (tape, x, _) => tape.Subtract(x[0], x[1])),
            ["Multiply"] = (n, c) => new([new(n, c), new(n, c)], [], (tape, x, _) => tape.Multiply(x[0], x[1])),
            ["Multiply by a row"] = (n, c) => new([new(n, c)], [new(c)], (tape, x, p) => tape.Multiply(x[0], tape.Use(p[0]))),
            ["Multiply by a column"] = (n, c) => new([new(n, c), new(n, 1)], [], (tape, x, _) => tape.Multiply(x[0], x[1])),
            ["Multiply by one number"] = (n, c) => new([new(n, c), new(1, 1)], [], (tape, x, _) => tape.Multiply(x[0], x[1])),
            ["AddRepeated in runs"] = (n, c) => new([new(n, c), new(n / 3, c)], [], (tape, x, _) => tape.AddRepeated(x[0], x[1], 3)),
            ["AddRepeated in turns"] = (n, c) => new([new(n, c), new(2, c)], [], (tape, x, _) => tape.AddRepeated(x[0], x[1], 1)),
            ["Scale"] = (n, c) => new([new(n, c)], [], (tape, x, _) => tape.Scale(x[0], -0.3f)),
            ["Apply SiLU"] = (n, c) => new([new(n, c)], [], (tape, x, _) => tape.Apply(x[0], Activation.SiLU)),
            ["Apply Tanh"] = (n, c) => new([new(n, c)], [], (tape, x, _) => tape.Apply(x[0], Activation.Tanh)),
            ["Apply Sigmoid"] = (n, c) => new([new(n, c)], [], (tape, x, _) => tape.Apply(x[0], Activation.Sigmoid)),
            ["Apply GELU"] = (n, c) => new([new(n, c)], [], (tape, x, _) => tape.Apply(x[0], Activation.GELU)),
            // Squared, since central differences cannot see around the corner at 0.
            ["Apply Decay"] = (n, c) => new(
                [new(n, c)], [], (tape, x, _) => tape.Apply(tape.Multiply(x[0], x[0]), Activation.Decay)),
            ["LayerNorm"] = (n, c) => new([new(n, c)], [new(c), new(c)], (tape, x, p) => tape.LayerNorm(x[0], p[0], p[1])),
            ["GroupNorm"] = (n, c) => new([new(n, c)], [new(c), new(c)], (tape, x, p) => tape.GroupNorm(x[0], 4, c / 2, p[0], p[1])),
            ["GroupNorm of one group"] = (n, c) => new([new(n, c)], [new(c), new(c)], (tape, x, p) => tape.GroupNorm(x[0], 3, 1, p[0], p[1])),
            ["Unfold"] = (n, c) => new([new(n, c)], [], (tape, x, _) => tape.Unfold(x[0], 4, 3)),
            ["Unfold further than a row"] = (n, c) => new([new(n, c)], [], (tape, x, _) => tape.Unfold(x[0], 2, 5)),
            ["Convolution"] = (n, c) => new(
                [new(n, c), new(n, 5)], [new(3 * c, 5), new(5)], (tape, x, p) => tape.Convolution(x[0], 4, 3, p[0], p[1], x[1])),
            ["Convolution2d"] = (n, c) => new(
                [new(n, c), new(n, 5)], [new(9 * c, 5), new(5)],
                (tape, x, p) => tape.Convolution2d(x[0], 3, 4, p[0], p[1], x[1])),
            ["Convolution2d without a bias"] = (n, c) => new(
                [new(n, c)], [new(9 * c, 4)], (tape, x, p) => tape.Convolution2d(x[0], 2, 2, p[0], null)),
            ["Convolution2d by tiles"] = (n, c) => new(
                [new(n, c), new(n, 16)], [new(c, 32), new(9 * 32, 16), new(16)],
                (tape, x, p) => tape.Convolution2d(tape.Scale(tape.Linear(x[0], p[0], null), 0.05f), 2, 6, p[1], p[2], x[1])),
            ["ConvolutionPair2d"] = (n, _) => new(
                [], [new(9, 3), new(3), new(27, 1), new(1)],
                (tape, _, p) => tape.ConvolutionPair2d(Target(tape, n, 1), 3, 4, p[0], p[1], p[2], p[3])),
            ["ConvolutionPair2d with a gradient of the pictures"] = (n, _) => new(
                [new(n, 1)], [new(9, 3), new(3), new(27, 1), new(1)],
                (tape, x, p) => tape.ConvolutionPair2d(x[0], 3, 4, p[0], p[1], p[2], p[3])),
            ["MeanPool2d"] = (n, c) => new([new(n, c)], [], (tape, x, _) => tape.MeanPool2d(x[0], 2, 6)),
            ["Upsample2d"] = (n, c) => new([new(n, c)], [], (tape, x, _) => tape.Upsample2d(x[0], 3, 2)),
            ["SpaceToDepth"] = (n, c) => new([new(n, c)], [], (tape, x, _) => tape.SpaceToDepth(x[0], 2, 6)),
            ["DepthToSpace"] = (n, c) => new(
                [new(n, c), new(n, c)], [], (tape, x, _) => tape.DepthToSpace(tape.Concat(x[0], x[1], x[1], x[0]), 3, 2)),
            ["Modulate"] = (n, c) => new([new(n, c), new(n / 4, 2 * c)], [], (tape, x, _) => tape.Modulate(x[0], x[1], 4)),
            ["BatchNorm"] = (n, c) => new([new(n, c)], [new(c), new(c)], BatchNorm(c)),
            ["Reshape"] = (n, c) => new([new(n, c)], [], (tape, x, _) => tape.Reshape(x[0], new Shape(n / 2, 2, c))),
            ["SwapRows"] = (n, c) => new([new(n, c)], [], (tape, x, _) => tape.SwapRows(x[0], 3, 4)),
            ["Attention"] = (n, c) => new([new(n, c)], [], (tape, x, _) => tape.Attention(x[0], 4, 2)),
            ["Attention to others"] = (n, c) => new([new(n, c)], [], (tape, x, _) => tape.Attention(x[0], 4, 2, excludesSelf: true)),
            ["AttentionWeights"] = (n, c) => new([new(n, c)], [], (tape, x, _) => tape.AttentionWeights(x[0], 4, 2)),
            ["AttentionWeights of others"] = (n, c) => new(
                [new(n, c)], [], (tape, x, _) => tape.AttentionWeights(x[0], 4, 2, excludesSelf: true)),
            ["Gate"] = (n, c) => new([new(n, c)], [], (tape, x, _) => tape.Gate(x[0])),
            ["Dropout"] = (n, c) => new([new(n, c)], [], (tape, x, _) => tape.Dropout(x[0], 0.4f, new Philox(3))),
            ["Concat"] = (n, c) => new([new(n, c), new(n, 2)], [], (tape, x, _) => tape.Concat(x[0], x[1], x[0])),
            ["Slice"] = (n, c) => new([new(n, c)], [], (tape, x, _) => tape.Slice(x[0], 1, c - 2)),
            ["Gather"] = (_, c) => new([], [new(4, c)], (tape, _, p) => tape.Gather(p[0], s_codes)),
            ["SoftmaxGroups"] = (n, c) => new([new(n, c)], [], Softmax(c)),
            ["MaskedSquaredError"] = (n, c) => new(
                [new(n, c)], [], (tape, x, _) => tape.MaskedSquaredError(x[0], Target(tape, n, c), Mask(tape, n, c))),
            ["MaskedSquaredError of every cell"] = (n, c) => new(
                [new(n, c)], [], (tape, x, _) => tape.MaskedSquaredError(x[0], Target(tape, n, c), null, LossReduction.MeanOverCells)),
            ["MaskedCrossEntropy"] = (n, c) => new([new(n, c)], [], CrossEntropy(c)),
        };

    private static Func<Tape, Tensor[], Parameter[], Tensor> Softmax(int columns)
    {
        ColumnGroups groups = Groups(columns);
        return (tape, x, _) => tape.SoftmaxGroups(x[0], groups);
    }

    private static Func<Tape, Tensor[], Parameter[], Tensor> BatchNorm(int columns)
    {
        Parameter mean = new("mean", new Shape(columns)), variance = new("variance", new Shape(columns));
        return (tape, x, p) => tape.BatchNorm(x[0], p[0], p[1], mean, variance);
    }

    private static Func<Tape, Tensor[], Parameter[], Tensor> CrossEntropy(int columns)
    {
        ColumnGroups groups = Groups(columns);
        return (tape, x, _) =>
            tape.MaskedCrossEntropy(x[0], groups, Target(tape, x[0].Rows, columns), Mask(tape, x[0].Rows, groups.Count));
    }

    /// <summary>The first column and the last are in no group.</summary>
    private static ColumnGroups Groups(int columns) => new((1, 2), (3, 1), (4, columns - 5));

    private static Tensor Target(Tape tape, int rows, int columns)
    {
        Tensor target = tape.Input(new Shape(rows, columns));
        new Philox(5).FillUniform(target.Data);
        return target;
    }

    /// <summary>Weights of 0, 1/2 and 1 in turn.</summary>
    private static Tensor Mask(Tape tape, int rows, int columns)
    {
        Tensor mask = tape.Input(new Shape(rows, columns));
        Span<float> weights = mask.Data;
        for (int i = 0; i < weights.Length; i++)
            weights[i] = i % 3 / 2f;
        return mask;
    }
}

/// <summary>An operation with the shapes of the inputs and parameters that gradients are wanted for.</summary>
internal sealed record OperationCase(Shape[] Inputs, Shape[] Parameters, Func<Tape, Tensor[], Parameter[], Tensor> Run)
{
    public Parameter[] NewParameters()
    {
        Parameter[] parameters = [.. Parameters.Select((shape, i) => new Parameter($"p{i}", shape))];
        for (int i = 0; i < parameters.Length; i++)
            Initializer.Normal(parameters[i], 1, new Philox(7, (ulong)i));
        return parameters;
    }
}
