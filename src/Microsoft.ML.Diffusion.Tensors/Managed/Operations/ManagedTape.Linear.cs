using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>y = dropout(act(x W + b + addend)) + residual, where x may stand for its positions beside their neighbours.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor Linear(
        Tensor x,
        Parameter weight,
        Parameter? bias,
        Activation activation = Activation.None,
        Tensor? residual = null,
        Tensor? addend = null,
        float dropout = 0,
        Philox random = default)
    {
        CheckLinear(x, weight, bias, residual, addend, dropout);
        var dropping = new Dropping(Training ? dropout : 0, random);
        return Linear(Own(x), weight, bias, activation, OwnOrNone(residual), OwnOrNone(addend), dropping, positions: 0, kernel: 1);
    }

    /// <param name="x">[rows, inputs].</param>
    /// <param name="weight">[kernel times inputs, outputs].</param>
    /// <param name="bias">[outputs], or none.</param>
    /// <param name="activation">The function applied to the sum.</param>
    /// <param name="residual">[rows, outputs], or none.</param>
    /// <param name="addend">[rows, outputs], or none.</param>
    /// <param name="dropping">What is dropped after the activation.</param>
    /// <param name="positions">Positions of a row; 0 where x is taken as it is.</param>
    /// <param name="kernel">How many positions are seen from each; 1 where x is taken as it is.</param>
    private ManagedTensor Linear(
        ManagedTensor x,
        Parameter weight,
        Parameter? bias,
        Activation activation,
        ManagedTensor? residual,
        ManagedTensor? addend,
        in Dropping dropping,
        int positions,
        int kernel)
    {
        ManagedTensor y = NewTensor(x.Shape.WithColumns(weight.Shape.Columns), Training);
        bool hasSlope = activation != Activation.None || dropping.Rate > 0;
        float* slope = Training && hasSlope ? Scratch(y.Shape.Count) : null;
        int outputs = y.Columns;
        bool packed = positions > 0 || x.Rows >= MatrixKernels.SmallestPackedRows;
        Vectors.Matrix.Multiply(
            new MatrixProduct
            {
                Rows = x.Rows, Inner = kernel * x.Columns, Columns = outputs,
                A = x.Pointer, ARow = x.Columns, AStep = 1, Positions = positions, Reach = kernel / 2,
                B = packed ? weight.Packed.Get(Vectors, transposed: false, Threads) : weight.ValueBuffer.Pointer,
                BRow = packed ? 0 : outputs,
                Short = packed || Training ? null : weight.Packed.GetShort(Vectors),
                C = y.Pointer, CRow = outputs,
                Bias = bias is null ? null : bias.ValueBuffer.Pointer,
                Epilogue = new Epilogue
                {
                    Activation = activation, Slope = slope, Dropping = dropping,
                    Addend = addend is null ? null : addend.Pointer,
                    Residual = residual is null ? null : residual.Pointer,
                },
            },
            Threads);

        // Their memory is used through pointers, which the garbage collector does not see.
        GC.KeepAlive(weight);
        GC.KeepAlive(bias);
        if (Training)
        {
            LinearOperation operation = Record<LinearOperation>(y);
            (operation.X, operation.Weight, operation.Bias, operation.Residual, operation.Addend) = (x, weight, bias, residual, addend);
            operation.Slope = slope;
            operation.Kept = dropping.Kept;
            (operation.Positions, operation.Kernel) = (positions, kernel);
        }

        return y;
    }

    private sealed class LinearOperation : Operation
    {
        /// <summary>Packing the gradient for the weight's gradient pays from this many inputs on.</summary>
        private const int SmallestPackedInputs = 256;

        internal ManagedTensor X = null!;
        internal Parameter Weight = null!;
        internal Parameter? Bias;
        internal ManagedTensor? Residual;
        internal ManagedTensor? Addend;

        /// <summary>Positions of a row, and how many of them are seen from each: 0 and 1 where x is taken as it is.</summary>
        internal int Positions;
        internal int Kernel;

        /// <summary>act'(z) for each element of the output, 0 for those that were dropped; null where all are 1.</summary>
        internal float* Slope;

        /// <summary>What the elements that were not dropped were multiplied by.</summary>
        internal float Kept;

        internal override void Backward(ManagedTape tape)
        {
            float* dy = Output.GradientPointer;
            float* dz = BackThroughActivation(tape, dy);
            WeightGradient(tape, dz);
            if (X.RequiresGradient)
                InputGradient(tape, dz);
            if (Addend is not null && Addend.RequiresGradient)
                tape.AddGradient(Addend, dz);
            if (Residual is not null && Residual.RequiresGradient)
                tape.PassGradient(Output, Residual);
        }

        /// <summary>The gradient before the activation, and the bias's from it.</summary>
        private float* BackThroughActivation(ManagedTape tape, float* dy)
        {
            if (Slope == null && Bias is null)
                return dy;

            int rows = Output.Rows, columns = Output.Columns, chunks = RowChunks.Count(rows);
            int stride = AlignedBuffer.RoundUp(columns);
            float* sums = Bias is null ? null : tape.Scratch(chunks * stride);
            var kernel = new LinearBackward
            {
                Dy = dy, Slope = Slope, Kept = Kept, Sums = sums, SumStride = stride, Rows = rows, Columns = columns,
            };
            tape.Run(ref kernel, chunks, (long)rows * columns);
            if (Bias is not null)
                tape.AddChunkSums(Bias, sums, chunks, stride);
            return Slope == null ? dy : Slope;
        }

        /// <summary>dW (+)= x^T dz.</summary>
        private void WeightGradient(ManagedTape tape, float* dz)
        {
            int rows = X.Rows, inputs = Kernel * X.Columns, outputs = Output.Columns;
            float* b = dz;
            int bRow = outputs;
            if (inputs >= SmallestPackedInputs)
            {
                b = tape.Scratch(tape.Vectors.Matrix.PackedLength(rows, outputs));
                bRow = 0;
                tape.Vectors.Matrix.Pack(dz, outputs, transposed: false, rows, outputs, b, tape.Threads);
            }

            float* dw = GradientOf(Weight, out bool accumulate);
            tape.Vectors.Matrix.Multiply(
                new MatrixProduct
                {
                    Rows = inputs, Inner = rows, Columns = outputs,
                    A = X.Pointer, ARow = 1, AStep = X.Columns, Positions = Positions, Reach = Kernel / 2,
                    B = b, BRow = bRow,
                    C = dw, CRow = outputs, Accumulate = accumulate,
                },
                tape.Threads);
        }

        /// <summary>dx (+)= dz W^T; of a convolution, dz beside its neighbours times the weight from the last neighbour to the
        /// first.</summary>
        private void InputGradient(ManagedTape tape, float* dz)
        {
            int rows = X.Rows, inputs = X.Columns, outputs = Output.Columns;
            float* dx = tape.GradientOf(X, out bool accumulate);
            tape.Vectors.Matrix.Multiply(
                new MatrixProduct
                {
                    Rows = rows, Inner = Kernel * outputs, Columns = inputs,
                    A = dz, ARow = outputs, AStep = 1, Positions = Positions, Reach = Kernel / 2,
                    B = Positions > 0
                        ? Weight.Packed.GetReversed(tape.Vectors, Kernel, tape.Threads)
                        : Weight.Packed.Get(tape.Vectors, transposed: true, tape.Threads),
                    C = dx, CRow = inputs, Accumulate = accumulate,
                },
                tape.Threads);
        }
    }

    /// <summary>dz = dy slope, in the place of the slopes, and the sums of dz (or of dy) for the bias.</summary>
    /// <remarks>A chunk is 64 rows. Lane i is column i of a block, in one row after another, so a sum down a column stays in its
    /// lane.</remarks>
    private struct LinearBackward : IKernel
    {
        internal float* Dy;

        /// <summary>Null where every slope is 1.</summary>
        internal float* Slope;
        internal float Kept;

        /// <summary>Receives [chunks, stride]; null where there is no bias.</summary>
        internal float* Sums;
        internal int SumStride;
        internal int Rows;
        internal int Columns;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            int columns = Columns, rows = RowChunks.Length(chunk, Rows);
            nint start = (nint)RowChunks.Start(chunk) * columns;
            float* dy = Dy + start, slope = Slope == null ? null : Slope + start, sum = Sums == null ? null : Sums + (chunk * SumStride);
            if (sum != null)
                new Span<float>(sum, SumStride).Clear();
            T kept = TLanes.Create(Kept);
            for (int row = 0; row < rows; row++)
            {
                int c = 0;
                for (; c <= columns - Block; c += Block)
                    OfBlock<TLanes, T>(dy + c, slope == null ? null : slope + c, sum == null ? null : sum + c, Block, kept);
                if (c < columns)
                    OfBlock<TLanes, T>(dy + c, slope == null ? null : slope + c, sum == null ? null : sum + c, columns - c, kept);
                dy += columns;
                if (slope != null)
                    slope += columns;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void OfBlock<TLanes, T>(float* dy, float* slope, float* sum, int count, T kept)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            T d = TLanes.Load(dy, count);
            if (slope != null)
            {
                d = TLanes.Multiply(TLanes.Multiply(d, kept), TLanes.Load(slope, count));
                TLanes.Store(slope, d, count);
            }

            if (sum != null)
                TLanes.Store(sum, TLanes.Add(TLanes.Load(sum, count), d), count);
        }
    }
}
