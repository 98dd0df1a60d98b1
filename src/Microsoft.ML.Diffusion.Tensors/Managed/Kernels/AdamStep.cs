namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The numbers of one step of Adam, the same for every weight.</summary>
/// <param name="GradientScale">What each gradient is multiplied by (clipping).</param>
/// <param name="MeanShare">1 - beta1.</param>
/// <param name="SquareShare">1 - beta2.</param>
/// <param name="StepSize">The learning rate over the bias correction of the mean.</param>
/// <param name="RootCorrection">The root of the bias correction of the square, inverted.</param>
/// <param name="Epsilon">Added to the root.</param>
/// <param name="Keep">What each weight is multiplied by (weight decay).</param>
internal readonly record struct AdamStep(
    float GradientScale, float MeanShare, float SquareShare, float StepSize, float RootCorrection, float Epsilon, float Keep);
