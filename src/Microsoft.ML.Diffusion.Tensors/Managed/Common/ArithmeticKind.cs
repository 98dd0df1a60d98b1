namespace Microsoft.ML.Diffusion.Tensors;

internal enum ArithmeticKind
{
    Add,
    Subtract,
    Multiply,
}
