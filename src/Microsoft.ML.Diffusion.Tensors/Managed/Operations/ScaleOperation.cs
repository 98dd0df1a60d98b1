namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>x times a constant.</summary>
internal sealed unsafe class ScaleOperation : Operation
{
    private ManagedTensor _x = null!;
    private float _factor;

    internal static ManagedTensor Forward(ManagedTape tape, ManagedTensor x, float factor)
    {
        ManagedTensor y = tape.NewTensor(x.Shape, x.RequiresGradient);
        tape.Kernels.Combine(ArithmeticKind.Multiply, x.Pointer, factor, y.Pointer, x.Shape.Count, accumulate: false);
        if (y.RequiresGradient)
        {
            ScaleOperation operation = tape.Record(tape.ScalePool, y);
            (operation._x, operation._factor) = (x, factor);
        }

        return y;
    }

    internal override void Backward(ManagedTape tape)
    {
        float* dx = tape.GradientOf(_x, out bool accumulate);
        tape.Kernels.Combine(ArithmeticKind.Multiply, Output.GradientPointer, _factor, dx, _x.Shape.Count, accumulate);
    }
}
