namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The weighted sum of squared differences.</summary>
internal sealed unsafe class SquaredErrorOperation : Operation
{
    /// <summary>Cells summed in 32 bits; the sums of such runs are added up in 64.</summary>
    private const int Run = 4096;

    private ManagedTensor _prediction = null!;

    /// <summary>mask (prediction - target) for each cell.</summary>
    private float* _weighted;
    private float _factor;

    internal static ManagedTensor Forward(
        ManagedTape tape, ManagedTensor prediction, ManagedTensor target, ManagedTensor? mask, LossReduction reduction)
    {
        ManagedTensor y = tape.NewTensor(new Shape(1), prediction.RequiresGradient);
        int count = prediction.Shape.Count;
        float* weighted = tape.Scratch(count);
        double sum = 0, maskSum = 0;
        for (int start = 0; start < count; start += Run)
        {
            sum += tape.Kernels.SquaredError(
                prediction.Pointer + start, target.Pointer + start, mask is null ? null : mask.Pointer + start,
                weighted + start, Math.Min(Run, count - start), out float runMask);
            maskSum += runMask;
        }

        float factor = LossDivisor.Factor(reduction, prediction.Rows, count, (float)maskSum);
        y.Pointer[0] = (float)sum * factor;
        if (y.RequiresGradient)
        {
            SquaredErrorOperation operation = tape.Record(tape.SquaredErrorPool, y);
            (operation._prediction, operation._factor) = (prediction, factor);
            operation._weighted = weighted;
        }

        return y;
    }

    internal override void Backward(ManagedTape tape)
    {
        float scale = 2 * _factor * Output.GradientPointer[0];
        float* d = tape.GradientOf(_prediction, out bool accumulate);
        tape.Kernels.Combine(ArithmeticKind.Multiply, _weighted, scale, d, _prediction.Shape.Count, accumulate);
    }
}
