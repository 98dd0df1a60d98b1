namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Random elements set to zero, the others scaled up.</summary>
internal sealed unsafe class DropoutOperation : Operation
{
    private ManagedTensor _x = null!;

    /// <summary>0 or 1 / (1 - rate) for each element.</summary>
    private float* _factors;

    internal static ManagedTensor Forward(ManagedTape tape, ManagedTensor x, in Dropping dropping)
    {
        ManagedTensor y = tape.NewTensor(x.Shape, x.RequiresGradient);
        int count = x.Shape.Count;
        float* factors = tape.Scratch(count);
        dropping.Random.FillUniform(new Span<float>(factors, count));
        tape.Kernels.Dropout(x.Pointer, factors, y.Pointer, dropping.Rate, dropping.Kept, count);
        if (y.RequiresGradient)
        {
            DropoutOperation operation = tape.Record(tape.DropoutPool, y);
            operation._x = x;
            operation._factors = factors;
        }

        return y;
    }

    internal override void Backward(ManagedTape tape)
    {
        float* dx = tape.GradientOf(_x, out bool accumulate);
        tape.Kernels.Combine(ArithmeticKind.Multiply, Output.GradientPointer, _factors, dx, _x.Shape.Count, accumulate);
    }
}
