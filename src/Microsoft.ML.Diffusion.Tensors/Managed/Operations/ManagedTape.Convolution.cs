namespace Microsoft.ML.Diffusion.Tensors;

/// <content>A convolution: the linear operation over positions beside their neighbours, which the product takes where they lie.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor Convolution(Tensor x, int length, int kernel, Parameter weight, Parameter? bias, Tensor? residual = null)
    {
        int outputs = CheckConvolution(x, length, kernel, weight, bias, residual).Columns;
        // Of a single column, a product could not tell x from its transpose.
        return x.Columns > 1 && MatrixKernels.CanUnfold(Math.Max(x.Columns, outputs), kernel / 2)
            ? Linear(Own(x), weight, bias, Activation.None, OwnOrNone(residual), addend: null, default, length, kernel)
            : base.Convolution(x, length, kernel, weight, bias, residual);
    }
}
