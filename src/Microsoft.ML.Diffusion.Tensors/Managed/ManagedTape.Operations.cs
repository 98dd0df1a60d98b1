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
        TapeArguments.Linear(x, weight, bias, residual, addend, dropout);
        var dropping = new Dropping(Training ? dropout : 0, random);
        return LinearOperation.Forward(
            this, Own(x), weight, bias, activation, residual is null ? null : Own(residual), addend is null ? null : Own(addend), dropping);
    }

    public override Tensor Convolution(Tensor x, int length, int kernel, Parameter weight, Parameter? bias, Tensor? residual = null)
    {
        int outputs = TapeArguments.Convolution(x, length, kernel, weight, bias, residual).Columns;
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
        TapeArguments.AddRepeated(x, rows, run);
        return AddRepeatedOperation.Forward(this, Own(x), Own(rows), run);
    }

    public override Tensor Attention(Tensor queryKeyValue, int tokens, int heads)
    {
        TapeArguments.Attention(queryKeyValue, tokens, heads);
        return AttentionOperation.Forward(this, Own(queryKeyValue), tokens, heads);
    }

    public override Tensor Gate(Tensor x)
    {
        TapeArguments.Gate(x);
        return GateOperation.Forward(this, Own(x));
    }

    public override Tensor Scale(Tensor x, float factor) => ScaleOperation.Forward(this, Own(x), factor);

    public override Tensor Apply(Tensor x, Activation activation) =>
        activation == Activation.None ? Own(x) : ApplyOperation.Forward(this, Own(x), activation);

    public override Tensor LayerNorm(Tensor x, Parameter gain, Parameter bias, float epsilon = 1e-5f)
    {
        TapeArguments.Norm(x, gain, bias);
        return LayerNormOperation.Forward(this, Own(x), gain, bias, epsilon);
    }

    public override Tensor GroupNorm(Tensor x, int length, int groups, Parameter gain, Parameter bias, float epsilon = 1e-5f)
    {
        TapeArguments.GroupNorm(x, length, groups, gain, bias);
        return GroupNormOperation.Forward(this, Own(x), length, groups, gain, bias, epsilon);
    }

    public override Tensor Unfold(Tensor x, int length, int kernel)
    {
        TapeArguments.Unfold(x, length, kernel);
        return kernel == 1 ? Own(x) : UnfoldOperation.Forward(this, Own(x), length, kernel);
    }

    public override Tensor Reshape(Tensor x, Shape shape)
    {
        TapeArguments.Reshape(x, shape);
        return ReshapeOperation.Forward(this, Own(x), shape);
    }

    public override Tensor Dropout(Tensor x, float rate, Philox random)
    {
        TapeArguments.Rate(rate);
        return !Training || rate == 0 ? Own(x) : DropoutOperation.Forward(this, Own(x), new Dropping(rate, random));
    }

    public override Tensor Concat(params ReadOnlySpan<Tensor> parts)
    {
        Shape shape = TapeArguments.Concat(parts);
        bool requiresGradient = false;
        foreach (Tensor part in parts)
            requiresGradient |= part.RequiresGradient;

        ManagedTensor y = NewTensor(shape, requiresGradient);
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
        TapeArguments.Slice(x, start, length);
        ManagedTensor y = NewTensor(x.Shape.WithColumns(length), x.RequiresGradient);
        CopyColumnsOperation.Run(this, Own(x), start, y, 0, length);
        return y;
    }

    public override Tensor Gather(Parameter table, ReadOnlySpan<int> codes)
    {
        TapeArguments.Gather(table, codes);
        return GatherOperation.Forward(this, table, codes);
    }

    public override Tensor SoftmaxGroups(Tensor x, ColumnGroups groups)
    {
        TapeArguments.Groups(x, groups);
        return SoftmaxOperation.Forward(this, Own(x), groups);
    }

    public override Tensor MaskedSquaredError(
        Tensor prediction, Tensor target, Tensor? mask, LossReduction reduction = LossReduction.MeanOverMask)
    {
        TapeArguments.SquaredError(prediction, target, mask);
        return SquaredErrorOperation.Forward(this, Own(prediction), Own(target), mask is null ? null : Own(mask), reduction);
    }

    public override Tensor MaskedCrossEntropy(
        Tensor logits, ColumnGroups groups, Tensor target, Tensor? mask, LossReduction reduction = LossReduction.MeanOverMask)
    {
        TapeArguments.CrossEntropy(logits, groups, target, mask);
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
}
