namespace Microsoft.ML.Diffusion.Tensors;

/// <content>The same elements with other extents.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor Reshape(Tensor x, Shape shape)
    {
        CheckReshape(x, shape);
        ManagedTensor input = Own(x), y = View(input, shape);
        if (y.RequiresGradient)
            Record<ReshapeOperation>(y).X = input;
        return y;
    }

    private sealed class ReshapeOperation : Operation
    {
        internal ManagedTensor X = null!;

        internal override void Backward(ManagedTape tape) => tape.PassGradient(Output, X);
    }
}
