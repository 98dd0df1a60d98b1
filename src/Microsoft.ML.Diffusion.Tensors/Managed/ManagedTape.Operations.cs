using static Microsoft.ML.Diffusion.Tensors.Guard;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>What each operation checks and where it is found.</content>
internal sealed unsafe partial class ManagedTape
{
    internal OperationPool<LinearOperation> LinearPool { get; } = new();

    internal OperationPool<ArithmeticOperation> ArithmeticPool { get; } = new();

    internal OperationPool<ScaleOperation> ScalePool { get; } = new();

    internal OperationPool<ApplyOperation> ApplyPool { get; } = new();

    internal OperationPool<LayerNormOperation> LayerNormPool { get; } = new();

    internal OperationPool<DropoutOperation> DropoutPool { get; } = new();

    internal OperationPool<CopyColumnsOperation> CopyColumnsPool { get; } = new();

    internal OperationPool<GatherOperation> GatherPool { get; } = new();

    internal OperationPool<SoftmaxOperation> SoftmaxPool { get; } = new();

    internal OperationPool<SquaredErrorOperation> SquaredErrorPool { get; } = new();

    internal OperationPool<CrossEntropyOperation> CrossEntropyPool { get; } = new();

    internal OperationPool<AddRepeatedOperation> AddRepeatedPool { get; } = new();

    internal OperationPool<AttentionOperation> AttentionPool { get; } = new();

    internal OperationPool<GateOperation> GatePool { get; } = new();

    internal OperationPool<GroupNormOperation> GroupNormPool { get; } = new();

    internal OperationPool<UnfoldOperation> UnfoldPool { get; } = new();

    internal OperationPool<ReshapeOperation> ReshapePool { get; } = new();

    public override Tensor Linear(
        Tensor x,
        Parameter weight,
        Parameter? bias,
        Activation activation = Activation.None,
        Tensor? residual = null,
        Tensor? addend = null,
        float dropout = 0,
        Philox random = default)
    {
        Require(weight.Shape.Rank == 2 && x.Columns == weight.Shape.Rows, $"x is {x.Shape} and the weight {weight.Shape}: x needs as many columns as the weight has rows.");
        Require(bias is null || bias.Shape.Count == weight.Shape.Columns, $"The bias is {bias?.Shape} and the weight {weight.Shape}: they need as many columns.");
        Shape shape = x.Shape.WithColumns(weight.Shape.Columns);
        RequireSize(residual, shape, "residual");
        RequireSize(addend, shape, "addend");
        RequireRate(dropout);
        var dropping = new Dropping(Training ? dropout : 0, random);
        return LinearOperation.Forward(
            this, Own(x), weight, bias, activation, residual is null ? null : Own(residual), addend is null ? null : Own(addend), dropping);
    }

    public override Tensor Convolution(Tensor x, int length, int kernel, Parameter weight, Parameter? bias, Tensor? residual = null)
    {
        RequirePositions(x, length);
        RequireKernel(kernel);
        int outputs = weight.Shape.Columns;
        Require(
            weight.Shape.Rank == 2 && (long)kernel * x.Columns == weight.Shape.Rows,
            $"x is {x.Shape}, the kernel {kernel} and the weight {weight.Shape}: the weight needs the kernel times the columns of x as rows.");
        Require(bias is null || bias.Shape.Count == outputs, $"The bias is {bias?.Shape} and the weight {weight.Shape}: they need as many columns.");
        RequireSize(residual, x.Shape.WithColumns(outputs), "residual");
        // Of a single column, a product could not tell x from its transpose.
        return x.Columns > 1 && MatrixKernels.CanUnfold(Math.Max(x.Columns, outputs), kernel / 2)
            ? LinearOperation.Forward(
                this, Own(x), weight, bias, Activation.None, residual is null ? null : Own(residual), addend: null, default, length, kernel)
            : base.Convolution(x, length, kernel, weight, bias, residual);
    }

    public override Tensor Add(Tensor a, Tensor b) => ArithmeticOperation.Forward(this, Own(a), Own(b), ArithmeticKind.Add);

    public override Tensor Subtract(Tensor a, Tensor b) => ArithmeticOperation.Forward(this, Own(a), Own(b), ArithmeticKind.Subtract);

    public override Tensor Multiply(Tensor a, Tensor b) => ArithmeticOperation.Forward(this, Own(a), Own(b), ArithmeticKind.Multiply);

    public override Tensor AddRepeated(Tensor x, Tensor rows, int run)
    {
        Require(
            run >= 1 && x.Columns == rows.Columns && x.Rows % ((long)run * rows.Rows) == 0,
            $"x is {x.Shape} and the rows {rows.Shape}, each to be added {run} times in a run: x needs as many columns, and a multiple of so many rows.");
        return AddRepeatedOperation.Forward(this, Own(x), Own(rows), run);
    }

    public override Tensor Attention(Tensor queryKeyValue, int tokens, int heads)
    {
        Require(
            heads >= 1 && queryKeyValue.Columns % (3L * heads) == 0,
            $"Queries, keys and values are {queryKeyValue.Shape}: their columns must be a multiple of 3 times the {heads} heads.");
        Require(tokens >= 1 && queryKeyValue.Rows % tokens == 0, $"There are {queryKeyValue.Rows} tokens, which do not make whole rows of {tokens}.");
        return AttentionOperation.Forward(this, Own(queryKeyValue), tokens, heads);
    }

    public override Tensor Gate(Tensor x)
    {
        Require(x.Columns % 2 == 0, $"x is {x.Shape}, and needs an even number of columns.");
        return GateOperation.Forward(this, Own(x));
    }

    public override Tensor Scale(Tensor x, float factor) => ScaleOperation.Forward(this, Own(x), factor);

    public override Tensor Apply(Tensor x, Activation activation) =>
        activation == Activation.None ? Own(x) : ApplyOperation.Forward(this, Own(x), activation);

    public override Tensor LayerNorm(Tensor x, Parameter gain, Parameter bias, float epsilon = 1e-5f)
    {
        Require(gain.Shape.Count == x.Columns && bias.Shape.Count == x.Columns, $"x is {x.Shape}, the gain {gain.Shape} and the bias {bias.Shape}: they need as many columns.");
        return LayerNormOperation.Forward(this, Own(x), gain, bias, epsilon);
    }

    public override Tensor GroupNorm(Tensor x, int length, int groups, Parameter gain, Parameter bias, float epsilon = 1e-5f)
    {
        bool fits = gain.Shape.Count == x.Columns && bias.Shape.Count == x.Columns;
        Require(fits, $"x is {x.Shape}, the gain {gain.Shape} and the bias {bias.Shape}: they need as many columns.");
        Require(groups >= 1 && x.Columns % groups == 0, $"x is {x.Shape}, and its columns do not make {groups} groups.");
        RequirePositions(x, length);
        return GroupNormOperation.Forward(this, Own(x), length, groups, gain, bias, epsilon);
    }

    public override Tensor Unfold(Tensor x, int length, int kernel)
    {
        RequireKernel(kernel);
        RequirePositions(x, length);
        return kernel == 1 ? Own(x) : UnfoldOperation.Forward(this, Own(x), length, kernel);
    }

    public override Tensor Reshape(Tensor x, Shape shape)
    {
        Require(shape.Rank > 0 && shape.Count == x.Shape.Count, $"x is {x.Shape}, and cannot be {shape}.");
        return ReshapeOperation.Forward(this, Own(x), shape);
    }

    public override Tensor Dropout(Tensor x, float rate, Philox random)
    {
        RequireRate(rate);
        return !Training || rate == 0 ? Own(x) : DropoutOperation.Forward(this, Own(x), new Dropping(rate, random));
    }

    public override Tensor Concat(params ReadOnlySpan<Tensor> parts)
    {
        Require(parts.Length > 0, $"There is nothing to put side by side.");
        int columns = 0;
        bool requiresGradient = false;
        foreach (Tensor part in parts)
        {
            Require(part.Rows == parts[0].Rows, $"Tensors of {parts[0].Rows} and {part.Rows} rows cannot be put side by side.");
            columns += part.Columns;
            requiresGradient |= part.RequiresGradient;
        }

        ManagedTensor y = NewTensor(parts[0].Shape.WithColumns(columns), requiresGradient);
        int start = 0;
        foreach (Tensor part in parts)
        {
            CopyColumnsOperation.Run(this, Own(part), 0, y, start, part.Columns);
            start += part.Columns;
        }

        return y;
    }

    public override Tensor Slice(Tensor x, int start, int length)
    {
        Require(start >= 0 && length >= 0 && start <= x.Columns - length, $"x is {x.Shape} and has no columns {start} to {(long)start + length - 1}.");
        ManagedTensor y = NewTensor(x.Shape.WithColumns(length), x.RequiresGradient);
        CopyColumnsOperation.Run(this, Own(x), start, y, 0, length);
        return y;
    }

    public override Tensor Gather(Parameter table, ReadOnlySpan<int> codes)
    {
        foreach (int code in codes)
            Require((uint)code < (uint)table.Shape.Rows, $"The table has {table.Shape.Rows} rows, and none for code {code}.");
        return GatherOperation.Forward(this, table, codes);
    }

    public override Tensor SoftmaxGroups(Tensor x, ColumnGroups groups)
    {
        RequireGroups(x, groups);
        return SoftmaxOperation.Forward(this, Own(x), groups);
    }

    public override Tensor MaskedSquaredError(
        Tensor prediction, Tensor target, Tensor? mask, LossReduction reduction = LossReduction.MeanOverMask)
    {
        RequireSize(target, prediction.Shape, "target");
        RequireSize(mask, prediction.Shape, "mask");
        return SquaredErrorOperation.Forward(this, Own(prediction), Own(target), mask is null ? null : Own(mask), reduction);
    }

    public override Tensor MaskedCrossEntropy(
        Tensor logits, ColumnGroups groups, Tensor target, Tensor? mask, LossReduction reduction = LossReduction.MeanOverMask)
    {
        RequireGroups(logits, groups);
        RequireSize(target, logits.Shape, "target");
        RequireSize(mask, logits.Shape.WithColumns(groups.Count), "mask");
        return CrossEntropyOperation.Forward(this, Own(logits), groups, Own(target), mask is null ? null : Own(mask), reduction);
    }

    private void ResetPools()
    {
        LinearPool.Reset();
        ArithmeticPool.Reset();
        ScalePool.Reset();
        ApplyPool.Reset();
        LayerNormPool.Reset();
        DropoutPool.Reset();
        CopyColumnsPool.Reset();
        GatherPool.Reset();
        SoftmaxPool.Reset();
        SquaredErrorPool.Reset();
        CrossEntropyPool.Reset();
        AddRepeatedPool.Reset();
        AttentionPool.Reset();
        GatePool.Reset();
        GroupNormPool.Reset();
        UnfoldPool.Reset();
        ReshapePool.Reset();
    }

    private static void RequireRate(float rate) => Require(rate is >= 0 and < 1, $"The dropout rate is {rate}, and must be from 0 to below 1.");

    private static void RequireKernel(int kernel) => Require(kernel >= 1 && kernel % 2 == 1, $"A kernel of {kernel} positions has no middle.");

    private static void RequirePositions(Tensor x, int length) =>
        Require(length >= 1 && x.Rows % length == 0, $"There are {x.Rows} positions, which do not make whole rows of {length}.");

    private static void RequireGroups(Tensor x, ColumnGroups groups) =>
        Require(groups.End <= x.Columns, $"x is {x.Shape}, and the groups reach to column {groups.End - 1}.");

    private static void RequireSize(Tensor? tensor, Shape shape, string name) =>
        Require(tensor is null || (tensor.Rows == shape.Rows && tensor.Columns == shape.Columns), $"The {name} is {tensor?.Shape}, and must be {shape}.");
}
