using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>A convolution of 3 x 3 pixels. Where the sizes allow it, it is done by tiles of 2 x 2 pixels (ManagedTape.Winograd.cs);
/// elsewhere it is a product that reads each pixel's neighbours where they lie, in a copy of the pictures with zeros around
/// them.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor Convolution2d(Tensor x, int height, int width, Parameter weight, Parameter? bias, Tensor? residual = null)
    {
        Shape shape = CheckConvolution2d(x, height, width, weight, bias, residual);
        ManagedTensor input = Own(x), y = NewTensor(shape, Training);
        ManagedTensor? added = OwnOrNone(residual);
        var grid = new PixelGrid { Height = height, Width = width, Channels = x.Columns };
        int length = grid.Length(x.Rows);
        float* padded = Training ? Scratch(length) : Padding(length);
        Pad(input.Pointer, x.Rows, grid, padded);
        float* addend = added is null ? null : added.Pointer;
        if (IsByTiles(grid, y.Columns))
            ConvolveTiles(grid, padded, x.Rows, weight, reversed: false, bias, addend, y.Pointer, y.Columns, accumulate: false);
        else
            ConvolvePixels(grid, padded, x.Rows, weight, bias, addend, y);

        // Their memory is used through pointers, which the garbage collector does not see.
        GC.KeepAlive(weight);
        GC.KeepAlive(bias);
        if (Training)
        {
            Convolution2dOperation operation = Record<Convolution2dOperation>(y);
            (operation.X, operation.Weight, operation.Bias, operation.Residual) = (input, weight, bias, added);
            operation.Grid = grid;
            operation.Padded = padded;
        }

        return y;
    }

    private void ConvolvePixels(
        in PixelGrid grid, float* padded, int pixels, Parameter weight, Parameter? bias, float* addend, ManagedTensor y) =>
        Vectors.Matrix.Multiply(
            new MatrixProduct
            {
                Rows = pixels, Inner = weight.Shape.Rows, Columns = y.Columns,
                A = padded, ARow = grid.Channels, AStep = 1, Pixels = grid,
                B = weight.Packed.Get(Vectors, transposed: false, Threads),
                C = y.Pointer, CRow = y.Columns,
                Bias = bias is null ? null : bias.ValueBuffer.Pointer,
                Epilogue = new Epilogue { Residual = addend },
            },
            Threads);

    private void Pad(float* x, int pixels, in PixelGrid grid, float* padded)
    {
        var kernel = new PadPictures { X = x, Padded = padded, Grid = grid };
        new Span<float>(padded + ((nint)grid.Lines(pixels) * grid.Line), grid.Channels).Clear();
        Run(ref kernel, grid.Lines(pixels), (long)pixels * grid.Channels);
    }

    private sealed class Convolution2dOperation : Operation
    {
        /// <summary>Packing the gradient for the weight's gradient pays from this many floats of a line's neighbours on.</summary>
        private const int SmallestPackedInputs = 128;

        internal ManagedTensor X = null!;
        internal Parameter Weight = null!;
        internal Parameter? Bias;
        internal ManagedTensor? Residual;
        internal PixelGrid Grid;
        internal float* Padded;

        internal override void Backward(ManagedTape tape)
        {
            float* dy = Output.GradientPointer;
            if (Bias is not null)
                tape.AddColumnSums(Bias, Output);

            if (IsByTiles(Grid, Output.Columns))
                tape.TilesWeightGradient(Grid, Padded, X.Rows, dy, Output.Columns, GradientOf(Weight, out bool accumulate), accumulate);
            else
                WeightGradient(tape, dy);
            if (X.RequiresGradient)
                InputGradient(tape, dy);
            if (Residual is not null && Residual.RequiresGradient)
                tape.PassGradient(Output, Residual);
        }

        /// <summary>dW (+)= what each pixel sees, transposed, times dy: one product for each of the three lines.</summary>
        private void WeightGradient(ManagedTape tape, float* dy)
        {
            int pixels = X.Rows, inputs = PixelGrid.Reach * X.Columns, outputs = Output.Columns;
            float* b = dy;
            int bRow = outputs;
            if (inputs >= SmallestPackedInputs)
            {
                b = tape.Padding(tape.Vectors.Matrix.PackedLength(pixels, outputs));
                bRow = 0;
                tape.Vectors.Matrix.Pack(dy, outputs, transposed: false, pixels, outputs, b, tape.Threads);
            }

            float* dw = GradientOf(Weight, out bool accumulate);
            PixelGrid grid = Grid;
            grid.IsTransposed = true;
            for (int line = 0; line < PixelGrid.Reach; line++)
            {
                tape.Vectors.Matrix.Multiply(
                    new MatrixProduct
                    {
                        Rows = inputs, Inner = pixels, Columns = outputs,
                        A = Padded + ((nint)line * grid.Line), ARow = 1, AStep = X.Columns, Pixels = grid,
                        B = b, BRow = bRow,
                        C = dw + ((nint)line * inputs * outputs), CRow = outputs, Accumulate = accumulate,
                    },
                    tape.Threads);
            }
        }

        /// <summary>dx (+)= dy beside its neighbours times the weight from the last neighbour to the first.</summary>
        private void InputGradient(ManagedTape tape, float* dy)
        {
            int pixels = X.Rows, inputs = X.Columns, outputs = Output.Columns;
            var grid = new PixelGrid { Height = Grid.Height, Width = Grid.Width, Channels = outputs };
            float* padded = tape.Padding(grid.Length(pixels));
            tape.Pad(dy, pixels, grid, padded);
            float* dx = tape.GradientOf(X, out bool accumulate);
            if (IsByTiles(grid, inputs))
            {
                tape.ConvolveTiles(grid, padded, pixels, Weight, reversed: true, null, null, dx, inputs, accumulate);
                return;
            }

            tape.Vectors.Matrix.Multiply(
                new MatrixProduct
                {
                    Rows = pixels, Inner = PixelGrid.Reach * PixelGrid.Reach * outputs, Columns = inputs,
                    A = padded, ARow = outputs, AStep = 1, Pixels = grid,
                    B = Weight.Packed.GetReversed(tape.Vectors, PixelGrid.Reach * PixelGrid.Reach, tape.Threads),
                    C = dx, CRow = inputs, Accumulate = accumulate,
                },
                tape.Threads);
        }
    }

    /// <summary>Copies pictures to where zeros are around them. A chunk is a line, with the zeros before it.</summary>
    private struct PadPictures : IKernel
    {
        internal float* X;
        internal float* Padded;
        internal PixelGrid Grid;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            int picture = chunk / (Grid.Height + 1), line = (chunk % (Grid.Height + 1)) - 1;
            var target = new Span<float>(Padded + ((nint)chunk * Grid.Line), Grid.Line);
            if (line < 0)
            {
                target.Clear();
                return;
            }

            int floats = Grid.Width * Grid.Channels;
            target[..Grid.Channels].Clear();
            new ReadOnlySpan<float>(X + ((nint)((picture * Grid.Height) + line) * floats), floats).CopyTo(target[Grid.Channels..]);
        }
    }
}
