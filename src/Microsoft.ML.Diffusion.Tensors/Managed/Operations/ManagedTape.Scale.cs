namespace Microsoft.ML.Diffusion.Tensors;

/// <content>x times a constant.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor Scale(Tensor x, float factor)
    {
        ManagedTensor input = Own(x), y = NewTensor(x.Shape, x.RequiresGradient);
        Combine(ArithmeticKind.Multiply, input.Pointer, factor, y.Pointer, x.Shape.Count, accumulate: false);
        if (y.RequiresGradient)
        {
            ScaleOperation operation = Record<ScaleOperation>(y);
            (operation.X, operation.Factor) = (input, factor);
        }

        return y;
    }

    private sealed class ScaleOperation : Operation
    {
        internal ManagedTensor X = null!;
        internal float Factor;

        internal override void Backward(ManagedTape tape) => tape.AddGradient(X, Output.GradientPointer, Factor);
    }
}
