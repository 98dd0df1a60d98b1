using static Microsoft.ML.Diffusion.Tensors.Guard;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>The operations, and what each asks of its arguments on every engine.</content>
public abstract partial class Tape
{
    /// <summary>dropout(act(x W + b + addend)) + residual, in one pass.</summary>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="weight">[inputs, outputs].</param>
    /// <param name="bias">[outputs], or none.</param>
    /// <param name="activation">The function applied to the sum.</param>
    /// <param name="residual">[rows, outputs], added last; or none.</param>
    /// <param name="addend">[rows, outputs], added before the activation; or none.</param>
    /// <param name="dropout">The rate of <see cref="Dropout"/> after the activation, 0 to below 1.</param>
    /// <param name="random">Where the choice of <see cref="Dropout"/> comes from.</param>
    /// <returns>[rows, outputs].</returns>
    public abstract Tensor Linear(
        Tensor x,
        Parameter weight,
        Parameter? bias,
        Activation activation = Activation.None,
        Tensor? residual = null,
        Tensor? addend = null,
        float dropout = 0,
        Philox random = default);

    private protected static Shape CheckLinear(Tensor x, Parameter weight, Parameter? bias, Tensor? residual, Tensor? addend, float dropout)
    {
        // What is right is found so at once: room for the messages alone would take a single row longer.
        Shape shape = x.Shape, size = weight.Shape;
        bool isSound = size.Rank == 2 && shape.Columns == size.Rows && (bias is null || bias.Shape.Count == size.Columns)
            && IsOfSize(residual, shape.Rows, size.Columns) && IsOfSize(addend, shape.Rows, size.Columns) && dropout is >= 0 and < 1;
        return isSound ? shape.WithColumns(size.Columns) : RefuseLinear(x, weight, bias, residual, addend, dropout);
    }

    private static bool IsOfSize(Tensor? tensor, int rows, int columns) =>
        tensor is null || (tensor.Rows == rows && tensor.Columns == columns);

    private static Shape RefuseLinear(Tensor x, Parameter weight, Parameter? bias, Tensor? residual, Tensor? addend, float dropout)
    {
        Require(
            weight.Shape.Rank == 2 && x.Columns == weight.Shape.Rows,
            $"x is {x.Shape} and the weight {weight.Shape}: x needs as many columns as the weight has rows.");
        RequireBias(bias, weight);
        Shape shape = x.Shape.WithColumns(weight.Shape.Columns);
        RequireSize(residual, shape, "residual");
        RequireSize(addend, shape, "addend");
        CheckDropout(dropout);
        return shape;
    }

    /// <summary>a + b, where b has a's shape, or is one row (added to every row), or one column (added to every column).</summary>
    public abstract Tensor Add(Tensor a, Tensor b);

    /// <summary>a - b, where b has a's shape, or is one row, or one column.</summary>
    public abstract Tensor Subtract(Tensor a, Tensor b);

    /// <summary>a b element by element, where b has a's shape, or is one row, or one column.</summary>
    public abstract Tensor Multiply(Tensor a, Tensor b);

    private protected static void CheckArithmetic(Tensor a, Tensor b) => Require(
        (b.Rows == a.Rows || b.Rows == 1) && (b.Columns == a.Columns || b.Columns == 1),
        $"a is {a.Shape} and b {b.Shape}: b must have a's rows or one, and a's columns or one.");

    /// <summary>x plus the rows of a smaller tensor: each is added to <paramref name="run"/> rows of x in a row, and after the last it
    /// starts
    /// over. What belongs to a row of tokens is added with a run of its tokens, what belongs to a token with a run of 1.</summary>
    /// <param name="x">[a multiple of rows times run, columns].</param>
    /// <param name="rows">[rows, columns].</param>
    /// <param name="run">How many rows of x in a row each is added to, at least 1.</param>
    public abstract Tensor AddRepeated(Tensor x, Tensor rows, int run);

    private protected static void CheckAddRepeated(Tensor x, Tensor rows, int run) => Require(
        run >= 1 && x.Columns == rows.Columns && x.Rows % ((long)run * rows.Rows) == 0,
        $"x is {x.Shape} and the rows {rows.Shape}, each to be added {run} times in a run: " +
        $"x needs as many columns, and a multiple of so many rows.");

    /// <summary>x times a constant.</summary>
    public abstract Tensor Scale(Tensor x, float factor);

    /// <summary>A function of each element.</summary>
    public abstract Tensor Apply(Tensor x, Activation activation);

    /// <summary>Each row shifted and scaled to mean 0 and variance 1, then times gain plus bias (Ba et al. 2016).</summary>
    /// <param name="x">[rows, columns].</param>
    /// <param name="gain">[columns].</param>
    /// <param name="bias">[columns].</param>
    /// <param name="epsilon">Added to the variance (which divides by the number of columns).</param>
    public abstract Tensor LayerNorm(Tensor x, Parameter gain, Parameter bias, float epsilon = 1e-5f);

    private protected static void CheckNorm(Tensor x, Parameter gain, Parameter bias) => Require(
        gain.Shape.Count == x.Columns && bias.Shape.Count == x.Columns,
        $"x is {x.Shape}, the gain {gain.Shape} and the bias {bias.Shape}: they need as many columns.");

    /// <summary>Each group of columns normalised over all positions of a row to mean 0 and variance 1, then times gain plus bias (Wu and He
    /// 2018).</summary>
    /// <param name="x">[rows times length, columns]: a row's positions one after another.</param>
    /// <param name="length">Positions of a row.</param>
    /// <param name="groups">The number of groups, which divides the columns.</param>
    /// <param name="gain">[columns].</param>
    /// <param name="bias">[columns].</param>
    /// <param name="epsilon">Added to the variance (which divides by the number of elements).</param>
    public abstract Tensor GroupNorm(Tensor x, int length, int groups, Parameter gain, Parameter bias, float epsilon = 1e-5f);

    private protected static void CheckGroupNorm(Tensor x, int length, int groups, Parameter gain, Parameter bias)
    {
        CheckNorm(x, gain, bias);
        Require(groups >= 1 && x.Columns % groups == 0, $"x is {x.Shape}, and its columns do not make {groups} groups.");
        RequirePositions(x, length);
    }

    /// <summary>Every position of a row beside its neighbours, zeros beyond the ends of the row.</summary>
    /// <param name="x">[rows times length, columns]: a row's positions one after another.</param>
    /// <param name="length">Positions of a row.</param>
    /// <param name="kernel">How many positions are put side by side, as many before each as after; odd.</param>
    /// <returns>[rows times length, kernel times columns].</returns>
    public abstract Tensor Unfold(Tensor x, int length, int kernel);

    private protected static void CheckUnfold(Tensor x, int length, int kernel)
    {
        Require(kernel >= 1 && kernel % 2 == 1, $"A kernel of {kernel} positions has no middle.");
        RequirePositions(x, length);
    }

    /// <summary>A convolution along the positions of each row, with zeros beyond the ends: the product of <see cref="Unfold"/> and a
    /// weight, which
    /// an engine may do without laying out what Unfold makes.</summary>
    /// <param name="x">[rows times length, inputs]: a row's positions one after another.</param>
    /// <param name="length">Positions of a row.</param>
    /// <param name="kernel">How many positions are seen from each, as many before as after; odd.</param>
    /// <param name="weight">[kernel times inputs, outputs]: the position before first.</param>
    /// <param name="bias">[outputs], or none.</param>
    /// <param name="residual">[rows times length, outputs], added to the result; or none.</param>
    /// <returns>[rows times length, outputs].</returns>
    public virtual Tensor Convolution(Tensor x, int length, int kernel, Parameter weight, Parameter? bias, Tensor? residual = null) =>
        Linear(Unfold(x, length, kernel), weight, bias, residual: residual);

    private protected static Shape CheckConvolution(Tensor x, int length, int kernel, Parameter weight, Parameter? bias, Tensor? residual)
    {
        CheckUnfold(x, length, kernel);
        Shape shape = x.Shape.WithColumns(weight.Shape.Columns);
        Require(
            weight.Shape.Rank == 2 && (long)kernel * x.Columns == weight.Shape.Rows,
            $"x is {x.Shape}, the kernel {kernel} and the weight {weight.Shape}: " +
            $"the weight needs the kernel times the columns of x as rows.");
        RequireBias(bias, weight);
        RequireSize(residual, shape, "residual");
        return shape;
    }

    /// <summary>The same elements with other extents.</summary>
    /// <param name="x">A tensor of this tape.</param>
    /// <param name="shape">As many elements.</param>
    public abstract Tensor Reshape(Tensor x, Shape shape);

    private protected static void CheckReshape(Tensor x, Shape shape) =>
        Require(shape.Rank > 0 && shape.Count == x.Shape.Count, $"x is {x.Shape}, and cannot be {shape}.");

    /// <summary>The same rows in another order: of rows in groups of groups, the first of every inner group come to lie side by side, so
    /// that what was along one axis (the variables of each step) is along the other (the steps of each variable).</summary>
    /// <param name="x">[rows times outer times inner, columns].</param>
    /// <param name="outer">How many inner groups there are side by side.</param>
    /// <param name="inner">Rows of an inner group.</param>
    /// <returns>[rows times inner times outer, columns].</returns>
    public abstract Tensor SwapRows(Tensor x, int outer, int inner);

    private protected static void CheckSwapRows(Tensor x, int outer, int inner) => Require(
        outer >= 1 && inner >= 1 && x.Rows % ((long)outer * inner) == 0,
        $"There are {x.Rows} rows, which do not make whole groups of {outer} times {inner}.");

    /// <summary>Multi-head attention of the tokens of each row to each other (Vaswani et al. 2017, section 3.2):
    /// softmax(Q K^T / sqrt(width of a head)) V for each head.</summary>
    /// <param name="queryKeyValue">[rows times tokens, 3 channels]: a row's tokens one after another, each with its queries, keys and
    /// values side by side, and in each of the three head after head.</param>
    /// <param name="tokens">Tokens of a row.</param>
    /// <param name="heads">The number of heads, which divides the channels.</param>
    /// <param name="excludesSelf">Whether no token attends to itself (Du et al. 2023, section 3.2.2), unless it is alone.</param>
    /// <returns>[rows times tokens, channels].</returns>
    public abstract Tensor Attention(Tensor queryKeyValue, int tokens, int heads, bool excludesSelf = false);

    /// <summary>How much each token of a row attends to each other, the mean over heads of what <see cref="Attention"/> weighs the values
    /// with.</summary>
    /// <param name="queryKeyValue">As for <see cref="Attention"/>.</param>
    /// <param name="tokens">Tokens of a row.</param>
    /// <param name="heads">The number of heads, which divides the channels.</param>
    /// <param name="excludesSelf">Whether no token attends to itself, unless it is alone.</param>
    /// <returns>[rows times tokens, tokens]: the weights of a token, which sum to 1.</returns>
    public abstract Tensor AttentionWeights(Tensor queryKeyValue, int tokens, int heads, bool excludesSelf = false);

    private protected static void CheckAttention(Tensor queryKeyValue, int tokens, int heads)
    {
        Require(
            heads >= 1 && queryKeyValue.Columns % (3L * heads) == 0,
            $"Queries, keys and values are {queryKeyValue.Shape}: their columns must be a multiple of 3 times the {heads} heads.");
        Require(
            tokens >= 1 && queryKeyValue.Rows % tokens == 0,
            $"There are {queryKeyValue.Rows} tokens, which do not make whole rows of {tokens}.");
    }

    /// <summary>sigmoid(a) tanh(b), where a is the left half of the columns of x and b the right (van den Oord et al. 2016, equation
    /// 2).</summary>
    /// <param name="x">[rows, 2 columns].</param>
    /// <returns>[rows, columns].</returns>
    public abstract Tensor Gate(Tensor x);

    private protected static void CheckGate(Tensor x) =>
        Require(x.Columns % 2 == 0, $"x is {x.Shape}, and needs an even number of columns.");

    /// <summary>
    /// While training, sets elements to zero with probability <paramref name="rate"/> and divides the others by 1 - rate;
    /// otherwise x itself.
    /// </summary>
    /// <param name="x">The tensor.</param>
    /// <param name="rate">0 to below 1.</param>
    /// <param name="random">Where the choice comes from: element i is decided by draw <paramref name="firstDraw"/> + i.</param>
    /// <param name="firstDraw">The draw of the first element: not 0 where x is a part of more rows.</param>
    public abstract Tensor Dropout(Tensor x, float rate, Philox random, ulong firstDraw = 0);

    private protected static void CheckDropout(float rate) =>
        Require(rate is >= 0 and < 1, $"The dropout rate is {rate}, and must be from 0 to below 1.");

    /// <summary>The columns of several tensors with the same number of rows, side by side.</summary>
    public abstract Tensor Concat(params ReadOnlySpan<Tensor> parts);

    private protected static Shape CheckConcat(ReadOnlySpan<Tensor> parts)
    {
        Require(parts.Length > 0, $"There is nothing to put side by side.");
        int columns = 0;
        foreach (Tensor part in parts)
        {
            Require(part.Rows == parts[0].Rows, $"Tensors of {parts[0].Rows} and {part.Rows} rows cannot be put side by side.");
            columns += part.Columns;
        }

        return parts[0].Shape.WithColumns(columns);
    }

    /// <summary>Some columns.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="start">The first column.</param>
    /// <param name="length">The number of columns.</param>
    public abstract Tensor Slice(Tensor x, int start, int length);

    private protected static void CheckSlice(Tensor x, int start, int length) => Require(
        start >= 0 && length >= 0 && start <= x.Columns - length,
        $"x is {x.Shape} and has no columns {start} to {(long)start + length - 1}.");

    /// <summary>Rows of a table, one for each code.</summary>
    /// <param name="table">[codes, columns].</param>
    /// <param name="codes">Which row to take, 0 to the number of rows less 1.</param>
    /// <returns>[codes.Length, columns].</returns>
    public abstract Tensor Gather(Parameter table, ReadOnlySpan<int> codes);

    private protected static void CheckGather(Parameter table, ReadOnlySpan<int> codes)
    {
        foreach (int code in codes)
            Require((uint)code < (uint)table.Shape.Rows, $"The table has {table.Shape.Rows} rows, and none for code {code}.");
    }

    /// <summary>The softmax within each group of columns of each row; columns outside the groups are passed on as they are.</summary>
    public abstract Tensor SoftmaxGroups(Tensor x, ColumnGroups groups);

    private protected static void CheckGroups(Tensor x, ColumnGroups groups) =>
        Require(groups.End <= x.Columns, $"x is {x.Shape}, and the groups reach to column {groups.End - 1}.");

    /// <summary>The sum of mask (prediction - target)^2 over all cells, divided as <paramref name="reduction"/> says.</summary>
    /// <param name="prediction">[rows, columns].</param>
    /// <param name="target">[rows, columns]; no gradient flows into it.</param>
    /// <param name="mask">[rows, columns]: 1 for cells that count, 0 for others, or any weights; none counts every cell.</param>
    /// <param name="reduction">The divisor.</param>
    /// <returns>One element.</returns>
    public abstract Tensor MaskedSquaredError(
        Tensor prediction, Tensor target, Tensor? mask, LossReduction reduction = LossReduction.MeanOverMask);

    private protected static void CheckSquaredError(Tensor prediction, Tensor target, Tensor? mask)
    {
        RequireSize(target, prediction.Shape, "target");
        RequireSize(mask, prediction.Shape, "mask");
    }

    /// <summary>
    /// The sum over rows and groups of mask times the cross-entropy of the softmax of the group's logits against the target,
    /// divided as <paramref name="reduction"/> says (its cells are the rows times the groups).
    /// </summary>
    /// <param name="logits">[rows, columns]; columns outside the groups are ignored.</param>
    /// <param name="groups">The columns of each categorical variable.</param>
    /// <param name="target">[rows, columns]: one-hot, or any probabilities; no gradient flows into it.</param>
    /// <param name="mask">[rows, groups]: weight of each categorical cell; none counts every cell.</param>
    /// <param name="reduction">The divisor.</param>
    /// <returns>One element.</returns>
    public abstract Tensor MaskedCrossEntropy(
        Tensor logits, ColumnGroups groups, Tensor target, Tensor? mask, LossReduction reduction = LossReduction.MeanOverMask);

    private protected static void CheckCrossEntropy(Tensor logits, ColumnGroups groups, Tensor target, Tensor? mask)
    {
        CheckGroups(logits, groups);
        RequireSize(target, logits.Shape, "target");
        RequireSize(mask, logits.Shape.WithColumns(groups.Count), "mask");
    }

    private static void RequirePositions(Tensor x, int length) =>
        Require(length >= 1 && x.Rows % length == 0, $"There are {x.Rows} positions, which do not make whole rows of {length}.");

    private static void RequireBias(Parameter? bias, Parameter weight) => Require(
        bias is null || bias.Shape.Count == weight.Shape.Columns,
        $"The bias is {bias?.Shape} and the weight {weight.Shape}: they need as many columns.");

    private static void RequireSize(Tensor? tensor, Shape shape, string name) => Require(
        tensor is null || (tensor.Rows == shape.Rows && tensor.Columns == shape.Columns),
        $"The {name} is {tensor?.Shape}, and must be {shape}.");
}
