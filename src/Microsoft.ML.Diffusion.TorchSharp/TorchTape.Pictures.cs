using Microsoft.ML.Diffusion.Tensors;
using Scalar = TorchSharp.Scalar;

namespace Microsoft.ML.Diffusion.TorchSharp;

/// <content>The operations over pictures.</content>
internal sealed partial class TorchTape
{
    public override Tensor Convolution2d(Tensor x, int height, int width, Parameter weight, Parameter? bias, Tensor? residual = null)
    {
        Shape shape = CheckConvolution2d(x, height, width, weight, bias, residual);
        torch.Tensor pictures = Keep(Keep(Of(x).reshape(-1, height, width, x.Columns)).permute(0, 3, 1, 2));
        torch.Tensor kernel = Keep(Keep(Get(weight).reshape(3, 3, x.Columns, shape.Columns)).permute(3, 2, 0, 1));
        torch.Tensor y = Keep(torch.nn.functional.conv2d(pictures, kernel, bias is null ? null : Flat(bias), padding: [1, 1]));
        y = Keep(Keep(y.permute(0, 2, 3, 1)).reshape(shape.Rows, shape.Columns));
        return residual is null ? new TorchTensor(this, shape, y) : Result(shape, y.add(Of(residual)));
    }

    public override Tensor MeanPool2d(Tensor x, int height, int width)
    {
        Shape shape = CheckHalving(x, height, width, x.Columns);
        using Scalar quarter = 0.25f;
        torch.Tensor blocks = Keep(Of(x).reshape(-1, height / 2, 2, width / 2, 2, x.Columns));
        return Result(shape, Keep(Keep(blocks.sum([2, 4])).mul(quarter)).reshape(shape.Rows, shape.Columns));
    }

    public override Tensor Upsample2d(Tensor x, int height, int width)
    {
        Shape shape = CheckDoubling(x, height, width, x.Columns);
        torch.Tensor pixels = Keep(Of(x).reshape(-1, height, 1, width, 1, x.Columns));
        torch.Tensor doubled = Keep(pixels.expand(-1, -1, 2, -1, 2, -1));
        return Result(shape, doubled.reshape(shape.Rows, shape.Columns));
    }

    public override Tensor SpaceToDepth(Tensor x, int height, int width)
    {
        Shape shape = CheckHalving(x, height, width, checked(4 * x.Columns));
        torch.Tensor blocks = Keep(Of(x).reshape(-1, height / 2, 2, width / 2, 2, x.Columns));
        return Result(shape, Keep(blocks.permute(0, 1, 3, 2, 4, 5)).reshape(shape.Rows, shape.Columns));
    }

    public override Tensor DepthToSpace(Tensor x, int height, int width)
    {
        Shape shape = CheckDoubling(x, height, width, x.Columns / 4);
        torch.Tensor blocks = Keep(Of(x).reshape(-1, height, width, 2, 2, shape.Columns));
        return Result(shape, Keep(blocks.permute(0, 1, 3, 2, 4, 5)).reshape(shape.Rows, shape.Columns));
    }

    public override Tensor Modulate(Tensor x, Tensor scaleAndShift, int run)
    {
        CheckModulate(x, scaleAndShift, run);
        torch.Tensor by = Keep(Of(scaleAndShift).reshape(-1, 1, 2 * x.Columns));
        torch.Tensor scale = Keep(by.narrow(2, 0, x.Columns)), shift = Keep(by.narrow(2, x.Columns, x.Columns));
        torch.Tensor runs = Keep(Of(x).reshape(-1, run, x.Columns));
        using Scalar one = 1f;
        torch.Tensor y = Keep(Keep(runs.mul(Keep(scale.add(one)))).add(shift));
        return Result(x.Shape, y.reshape(x.Rows, x.Columns));
    }
}
