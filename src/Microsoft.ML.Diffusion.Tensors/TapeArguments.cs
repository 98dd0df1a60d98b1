using static Microsoft.ML.Diffusion.Tensors.Guard;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>What the operations of a <see cref="Tape"/> ask of their arguments, on every engine.</summary>
internal static class TapeArguments
{
    internal static Shape Linear(Tensor x, Parameter weight, Parameter? bias, Tensor? residual, Tensor? addend, float dropout)
    {
        Require(
            weight.Shape.Rank == 2 && x.Columns == weight.Shape.Rows,
            $"x is {x.Shape} and the weight {weight.Shape}: x needs as many columns as the weight has rows.");
        RequireBias(bias, weight);
        Shape shape = x.Shape.WithColumns(weight.Shape.Columns);
        RequireSize(residual, shape, "residual");
        RequireSize(addend, shape, "addend");
        Rate(dropout);
        return shape;
    }

    internal static void Arithmetic(Tensor a, Tensor b) => Require(
        (b.Rows == a.Rows || b.Rows == 1) && (b.Columns == a.Columns || b.Columns == 1),
        $"a is {a.Shape} and b {b.Shape}: b must have a's rows or one, and a's columns or one.");

    internal static void AddRepeated(Tensor x, Tensor rows, int run) => Require(
        run >= 1 && x.Columns == rows.Columns && x.Rows % ((long)run * rows.Rows) == 0,
        $"x is {x.Shape} and the rows {rows.Shape}, each to be added {run} times in a run: x needs as many columns, and a multiple of so many rows.");

    internal static void Attention(Tensor queryKeyValue, int tokens, int heads)
    {
        Require(
            heads >= 1 && queryKeyValue.Columns % (3L * heads) == 0,
            $"Queries, keys and values are {queryKeyValue.Shape}: their columns must be a multiple of 3 times the {heads} heads.");
        Require(
            tokens >= 1 && queryKeyValue.Rows % tokens == 0,
            $"There are {queryKeyValue.Rows} tokens, which do not make whole rows of {tokens}.");
    }

    internal static void Gate(Tensor x) => Require(x.Columns % 2 == 0, $"x is {x.Shape}, and needs an even number of columns.");

    internal static void Norm(Tensor x, Parameter gain, Parameter bias) => Require(
        gain.Shape.Count == x.Columns && bias.Shape.Count == x.Columns,
        $"x is {x.Shape}, the gain {gain.Shape} and the bias {bias.Shape}: they need as many columns.");

    internal static void GroupNorm(Tensor x, int length, int groups, Parameter gain, Parameter bias)
    {
        Norm(x, gain, bias);
        Require(groups >= 1 && x.Columns % groups == 0, $"x is {x.Shape}, and its columns do not make {groups} groups.");
        Positions(x, length);
    }

    internal static void Unfold(Tensor x, int length, int kernel)
    {
        Require(kernel >= 1 && kernel % 2 == 1, $"A kernel of {kernel} positions has no middle.");
        Positions(x, length);
    }

    internal static Shape Convolution(Tensor x, int length, int kernel, Parameter weight, Parameter? bias, Tensor? residual)
    {
        Unfold(x, length, kernel);
        Shape shape = x.Shape.WithColumns(weight.Shape.Columns);
        Require(
            weight.Shape.Rank == 2 && (long)kernel * x.Columns == weight.Shape.Rows,
            $"x is {x.Shape}, the kernel {kernel} and the weight {weight.Shape}: the weight needs the kernel times the columns of x as rows.");
        RequireBias(bias, weight);
        RequireSize(residual, shape, "residual");
        return shape;
    }

    internal static void Reshape(Tensor x, Shape shape) =>
        Require(shape.Rank > 0 && shape.Count == x.Shape.Count, $"x is {x.Shape}, and cannot be {shape}.");

    internal static void Rate(float rate) => Require(rate is >= 0 and < 1, $"The dropout rate is {rate}, and must be from 0 to below 1.");

    internal static Shape Concat(ReadOnlySpan<Tensor> parts)
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

    internal static void Slice(Tensor x, int start, int length) => Require(
        start >= 0 && length >= 0 && start <= x.Columns - length,
        $"x is {x.Shape} and has no columns {start} to {(long)start + length - 1}.");

    internal static void Gather(Parameter table, ReadOnlySpan<int> codes)
    {
        foreach (int code in codes)
            Require((uint)code < (uint)table.Shape.Rows, $"The table has {table.Shape.Rows} rows, and none for code {code}.");
    }

    internal static void Groups(Tensor x, ColumnGroups groups) =>
        Require(groups.End <= x.Columns, $"x is {x.Shape}, and the groups reach to column {groups.End - 1}.");

    internal static void SquaredError(Tensor prediction, Tensor target, Tensor? mask)
    {
        RequireSize(target, prediction.Shape, "target");
        RequireSize(mask, prediction.Shape, "mask");
    }

    internal static void CrossEntropy(Tensor logits, ColumnGroups groups, Tensor target, Tensor? mask)
    {
        Groups(logits, groups);
        RequireSize(target, logits.Shape, "target");
        RequireSize(mask, logits.Shape.WithColumns(groups.Count), "mask");
    }

    /// <summary>Whether a step may run backwards from a loss.</summary>
    internal static void Backward(Tensor loss, bool training, bool ranBackward)
    {
        if (!training || !loss.RequiresGradient)
            throw new InvalidOperationException(
                "The loss has no gradient: the tape must be for training, and the loss depend on a parameter or an input that requires one.");
        if (loss.Shape.Count != 1)
            throw new ArgumentException($"The loss must be one element, and is {loss.Shape}.", nameof(loss));
        if (ranBackward)
            throw new InvalidOperationException("This step has run backwards already; reset the tape first.");
    }

    private static void Positions(Tensor x, int length) =>
        Require(length >= 1 && x.Rows % length == 0, $"There are {x.Rows} positions, which do not make whole rows of {length}.");

    private static void RequireBias(Parameter? bias, Parameter weight) => Require(
        bias is null || bias.Shape.Count == weight.Shape.Columns,
        $"The bias is {bias?.Shape} and the weight {weight.Shape}: they need as many columns.");

    private static void RequireSize(Tensor? tensor, Shape shape, string name) => Require(
        tensor is null || (tensor.Rows == shape.Rows && tensor.Columns == shape.Columns),
        $"The {name} is {tensor?.Shape}, and must be {shape}.");
}
