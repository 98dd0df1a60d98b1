using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Core.Training;

/// <summary>The way back from slopes that were computed beside the tape.</summary>
/// <remarks>Not as the squared error of a target that lies half a slope away: where a network says 20, the numbers that a float can hold
/// lie .000002 apart, and the slope of one row of many is smaller.</remarks>
internal static class GivenSlopes
{
    /// <summary>Takes slopes back: those of a weighted squared error are twice the weight times a distance of one half.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">A tensor.</param>
    /// <param name="slopes">The slope of the loss by each of its elements.</param>
    public static void Backward(Tape tape, Tensor x, Tensor slopes)
    {
        Tensor shifted = tape.Input(x.Shape);
        ReadOnlySpan<float> own = x.Data;
        Span<float> to = shifted.Data;
        for (int i = 0; i < own.Length; i++)
            to[i] = own[i] - 0.5f;
        tape.Backward(tape.MaskedSquaredError(x, shifted, slopes, LossReduction.Sum));
    }

    /// <inheritdoc cref="Backward(Tape, Tensor, Tensor)"/>
    public static void Backward(Tape tape, Tensor x, ReadOnlySpan<float> slopes)
    {
        Tensor own = tape.Input(x.Shape);
        slopes.CopyTo(own.Data);
        Backward(tape, x, own);
    }
}
