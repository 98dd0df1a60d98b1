namespace Microsoft.ML.Diffusion.Tensors;

/// <content>Two convolutions of pictures of one channel, with ReLU between them.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor ConvolutionPair2d(
        Tensor x, int height, int width, Parameter first, Parameter firstBias, Parameter second, Parameter secondBias)
    {
        CheckConvolutionPair2d(x, height, width, first, firstBias, second, secondBias);
        ManagedTensor input = Own(x);
        // The gradient of the pictures themselves is not made in one go.
        if (input.RequiresGradient)
            return base.ConvolutionPair2d(x, height, width, first, firstBias, second, secondBias);
        ManagedTensor y = NewTensor(x.Shape, Training);
        var layout = new PixelLayout(height, width);
        int pictures = x.Rows / (height * width), filters = AlignedBuffer.RoundUp(first.Shape.Columns);
        float* inside = Scratch(layout.Length), ones = Scratch(height * width);
        new Span<float>(ones, height * width).Fill(1);
        var kernel = new ConvolutionPairForward
        {
            Layout = layout, X = input.Pointer, Y = y.Pointer, Filters = filters, SecondBias = secondBias.ValueBuffer.Pointer[0],
            First = Scratch((PixelLayout.Neighbors + 1) * filters), Second = Scratch(PixelLayout.Neighbors * filters),
            Inside = layout.Lay(ones, inside),
        };
        Widen(first, PixelLayout.Neighbors, filters, kernel.First);
        Widen(firstBias, 1, filters, kernel.First + (PixelLayout.Neighbors * filters));
        Widen(second, PixelLayout.Neighbors, filters, kernel.Second);
        Run(ref kernel, pictures, (long)x.Rows * filters);
        if (Training)
        {
            ConvolutionPairOperation operation = Record<ConvolutionPairOperation>(y);
            (operation.X, operation.Layout, operation.Forward) = (input, layout, kernel);
            (operation.First, operation.FirstBias) = (first, firstBias);
            (operation.Second, operation.SecondBias) = (second, secondBias);
        }

        return y;
    }

    /// <summary>Copies the rows of a weight to rows of whole blocks, with zeros behind them.</summary>
    private static void Widen(Parameter weight, int rows, int columns, float* to)
    {
        int own = weight.Shape.Count / rows;
        new Span<float>(to, rows * columns).Clear();
        for (int row = 0; row < rows; row++)
            weight.Value.Slice(row * own, own).CopyTo(new Span<float>(to + (row * columns), own));
    }

    private sealed class ConvolutionPairOperation : Operation
    {
        /// <summary>Sums of so many pictures are made one after another, whatever the number of threads.</summary>
        private const int PicturesPerChunk = 8;

        internal ManagedTensor X = null!;
        internal PixelLayout Layout;
        internal ConvolutionPairForward Forward;
        internal Parameter First = null!;
        internal Parameter FirstBias = null!;
        internal Parameter Second = null!;
        internal Parameter SecondBias = null!;

        internal override void Backward(ManagedTape tape)
        {
            int pictures = X.Rows / (Layout.Height * Layout.Width), filters = Forward.Filters;
            int chunks = (pictures + PicturesPerChunk - 1) / PicturesPerChunk;
            var kernel = new ConvolutionPairBackward
            {
                Layout = Layout, X = Forward.X, Dy = Output.GradientPointer, First = Forward.First, Second = Forward.Second,
                Filters = filters, Pictures = pictures, PicturesPerChunk = PicturesPerChunk,
                Sums = tape.Scratch(checked(chunks * ConvolutionPairBackward.SumRows * filters)),
            };
            tape.Run(ref kernel, chunks, (long)X.Rows * filters);
            float* sums = kernel.Sums;
            AddSums(tape, First, PixelLayout.Neighbors, sums, chunks);
            AddSums(tape, FirstBias, 1, sums + (PixelLayout.Neighbors * filters), chunks);
            AddSums(tape, Second, PixelLayout.Neighbors, sums + ((PixelLayout.Neighbors + 1) * filters), chunks);
            tape.AddColumnSums(SecondBias, Output);
        }

        /// <summary>Adds the sums of chunks, in order, to the gradient of a weight whose rows were widened.</summary>
        private void AddSums(ManagedTape tape, Parameter weight, int rows, float* sums, int chunks)
        {
            int own = weight.Shape.Count / rows, filters = Forward.Filters;
            float* gradient = GradientOf(weight, out bool accumulate);
            if (!accumulate)
                new Span<float>(gradient, weight.Shape.Count).Clear();
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                for (int row = 0; row < rows; row++)
                {
                    float* to = gradient + (row * own);
                    float* from = sums + ((((nint)chunk * ConvolutionPairBackward.SumRows) + row) * filters);
                    tape.Combine(ArithmeticKind.Add, to, from, to, own, accumulate: false);
                }
            }
        }
    }
}
