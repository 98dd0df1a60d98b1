namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A function of each element.</summary>
internal sealed unsafe class ApplyOperation : Operation
{
    private ManagedTensor _x = null!;
    private float* _slope;

    internal static ManagedTensor Forward(ManagedTape tape, ManagedTensor x, Activation activation)
    {
        ManagedTensor y = tape.NewTensor(x.Shape, x.RequiresGradient);
        float* slope = y.RequiresGradient ? tape.Scratch(x.Shape.Count) : null;
        tape.Kernels.Activate(activation, x.Pointer, y.Pointer, slope, x.Shape.Count);
        if (y.RequiresGradient)
        {
            ApplyOperation operation = tape.Record(tape.ApplyPool, y);
            operation._x = x;
            operation._slope = slope;
        }

        return y;
    }

    internal override void Backward(ManagedTape tape)
    {
        float* dx = tape.GradientOf(_x, out bool accumulate);
        tape.Kernels.Combine(ArithmeticKind.Multiply, Output.GradientPointer, _slope, dx, _x.Shape.Count, accumulate);
    }
}
