namespace Microsoft.ML.Diffusion.Tensors;

/// <content>Pictures of half and of twice the height and width: the mean of blocks, doubling, and blocks as channels.</content>
internal sealed unsafe partial class ManagedTape
{
    private const float Quarter = 0.25f;

    public override Tensor MeanPool2d(Tensor x, int height, int width)
    {
        ManagedTensor large = Own(x), small = NewTensor(CheckHalving(x, height, width, x.Columns), x.RequiresGradient);
        return Resize(large, small, width / 2, PixelBlockStep.Gather, PixelBlockStep.Spread, Quarter);
    }

    public override Tensor Upsample2d(Tensor x, int height, int width)
    {
        ManagedTensor small = Own(x), large = NewTensor(CheckDoubling(x, height, width, x.Columns), x.RequiresGradient);
        return Resize(small, large, width, PixelBlockStep.Spread, PixelBlockStep.Gather, 1);
    }

    public override Tensor SpaceToDepth(Tensor x, int height, int width)
    {
        Shape shape = CheckHalving(x, height, width, checked(4 * x.Columns));
        return Resize(Own(x), NewTensor(shape, x.RequiresGradient), width / 2, PixelBlockStep.Stack, PixelBlockStep.Unstack, 1);
    }

    public override Tensor DepthToSpace(Tensor x, int height, int width)
    {
        Guard.Require(x.Columns % 4 == 0, $"x is {x.Shape}: its columns do not make four pixels.");
        Shape shape = CheckDoubling(x, height, width, x.Columns / 4);
        return Resize(Own(x), NewTensor(shape, x.RequiresGradient), width, PixelBlockStep.Unstack, PixelBlockStep.Stack, 1);
    }

    /// <param name="x">What is resized.</param>
    /// <param name="y">The result, to be filled.</param>
    /// <param name="width">Pixels of a line of the small pictures.</param>
    /// <param name="step">The way forward.</param>
    /// <param name="back">The way back.</param>
    /// <param name="factor">What sums or copies are multiplied with, both ways.</param>
    private ManagedTensor Resize(ManagedTensor x, ManagedTensor y, int width, PixelBlockStep step, PixelBlockStep back, float factor)
    {
        bool isHalving = y.Rows < x.Rows;
        ManagedTensor large = isHalving ? x : y, small = isHalving ? y : x;
        var kernel = new PixelBlocks
        {
            Step = step, Large = large.Pointer, Small = small.Pointer, Factor = factor, Width = width, Pixels = small.Rows,
            Channels = large.Columns,
        };
        Run(ref kernel, RowChunks.Count(small.Rows), large.Shape.Count);
        if (y.RequiresGradient)
        {
            ResizeOperation operation = Record<ResizeOperation>(y);
            (operation.X, operation.Width, operation.Back, operation.Factor) = (x, width, back, factor);
        }

        return y;
    }

    private sealed class ResizeOperation : Operation
    {
        internal ManagedTensor X = null!;
        internal int Width;
        internal PixelBlockStep Back;
        internal float Factor;

        internal override void Backward(ManagedTape tape)
        {
            bool isHalving = Output.Rows < X.Rows;
            ManagedTensor large = isHalving ? X : Output, small = isHalving ? Output : X;
            float* dx = tape.GradientOf(X, out bool accumulate), dy = Output.GradientPointer;
            var kernel = new PixelBlocks
            {
                Step = Back, Large = isHalving ? dx : dy, Small = isHalving ? dy : dx, Factor = Factor, Accumulate = accumulate,
                Width = Width, Pixels = small.Rows, Channels = large.Columns,
            };
            tape.Run(ref kernel, RowChunks.Count(small.Rows), large.Shape.Count);
        }
    }
}
