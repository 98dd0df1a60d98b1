namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The same elements with other extents.</summary>
internal sealed unsafe class ReshapeOperation : Operation
{
    private ManagedTensor _x = null!;

    internal static ManagedTensor Forward(ManagedTape tape, ManagedTensor x, Shape shape)
    {
        ManagedTensor y = tape.View(x, shape);
        if (y.RequiresGradient)
            tape.Record(tape.ReshapePool, y)._x = x;
        return y;
    }

    internal override void Backward(ManagedTape tape) => tape.PassGradient(Output, _x);
}
