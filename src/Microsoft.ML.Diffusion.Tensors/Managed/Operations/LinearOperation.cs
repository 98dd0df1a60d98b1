namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>y = dropout(act(x W + b + addend)) + residual, where x may stand for its positions beside their neighbours.</summary>
internal sealed unsafe class LinearOperation : Operation
{
    /// <summary>Packing the gradient for the weight's gradient pays from this many inputs on.</summary>
    private const int SmallestPackedInputs = 256;

    private ManagedTensor _x = null!;
    private Parameter _weight = null!;
    private Parameter? _bias;
    private ManagedTensor? _residual;
    private ManagedTensor? _addend;

    /// <summary>Positions of a row, and how many of them are seen from each: 0 and 1 where x is taken as it is.</summary>
    private int _positions;
    private int _kernel;

    /// <summary>act'(z) for each element of the output, 0 for those that were dropped; null where all are 1.</summary>
    private float* _slope;

    /// <summary>What the elements that were not dropped were multiplied by.</summary>
    private float _kept;

    internal static ManagedTensor Forward(
        ManagedTape tape,
        ManagedTensor x,
        Parameter weight,
        Parameter? bias,
        Activation activation,
        ManagedTensor? residual,
        ManagedTensor? addend,
        in Dropping dropping,
        int positions = 0,
        int kernel = 1)
    {
        ManagedTensor y = tape.NewTensor(x.Shape.WithColumns(weight.Shape.Columns), tape.Training);
        bool hasSlope = activation != Activation.None || dropping.Rate > 0;
        float* slope = tape.Training && hasSlope ? tape.Scratch(y.Shape.Count) : null;
        int outputs = y.Columns;
        bool packed = positions > 0 || x.Rows >= MatrixKernels.SmallestPackedRows;
        tape.Kernels.Matrix.Multiply(
            new MatrixProduct
            {
                Rows = x.Rows, Inner = kernel * x.Columns, Columns = outputs,
                A = x.Pointer, ARow = x.Columns, AStep = 1, Positions = positions, Reach = kernel / 2,
                B = packed ? weight.Packed.Get(tape.Kernels, transposed: false, tape.Threads) : weight.ValueBuffer.Pointer,
                BRow = packed ? 0 : outputs,
                C = y.Pointer, CRow = outputs,
                Bias = bias is null ? null : bias.ValueBuffer.Pointer,
                Epilogue = new Epilogue
                {
                    Activation = activation, Slope = slope, Dropping = dropping,
                    Addend = addend is null ? null : addend.Pointer,
                    Residual = residual is null ? null : residual.Pointer,
                },
            },
            tape.Threads);

        // Their memory is used through pointers, which the garbage collector does not see.
        GC.KeepAlive(weight);
        GC.KeepAlive(bias);
        if (tape.Training)
        {
            LinearOperation operation = tape.Record(tape.LinearPool, y);
            (operation._x, operation._weight, operation._bias, operation._residual, operation._addend) = (x, weight, bias, residual, addend);
            operation._slope = slope;
            operation._kept = dropping.Kept;
            (operation._positions, operation._kernel) = (positions, kernel);
        }

        return y;
    }

    internal override void Backward(ManagedTape tape)
    {
        float* dy = Output.GradientPointer;
        float* dz = BackThroughActivation(tape, dy);
        WeightGradient(tape, dz);
        if (_x.RequiresGradient)
            InputGradient(tape, dz);
        if (_addend is not null && _addend.RequiresGradient)
            tape.AddGradient(_addend, dz);
        if (_residual is not null && _residual.RequiresGradient)
            tape.PassGradient(Output, _residual);
    }

    /// <summary>The gradient before the activation, and the bias's from it.</summary>
    private float* BackThroughActivation(ManagedTape tape, float* dy)
    {
        if (_slope == null && _bias is null)
            return dy;

        int rows = Output.Rows, columns = Output.Columns, chunks = RowChunks.Count(rows);
        int stride = AlignedBuffer.RoundUp(columns);
        float* sums = _bias is null ? null : tape.Scratch(chunks * stride);
        var work = new Work { Dy = dy, Slope = _slope, Kept = _kept, Sums = sums, SumStride = stride, Rows = rows, Columns = columns, Kernels = tape.Kernels.Handle };
        tape.ForChunks(chunks, (long)rows * columns, &Chunk, &work);
        if (_bias is not null)
            tape.AddChunkSums(_bias, sums, chunks, stride);
        return _slope == null ? dy : _slope;
    }

    /// <summary>dW (+)= x^T dz.</summary>
    private void WeightGradient(ManagedTape tape, float* dz)
    {
        int rows = _x.Rows, inputs = _kernel * _x.Columns, outputs = Output.Columns;
        float* b = dz;
        int bRow = outputs;
        if (inputs >= SmallestPackedInputs)
        {
            b = tape.Scratch(tape.Kernels.Matrix.PackedLength(rows, outputs));
            bRow = 0;
            tape.Kernels.Matrix.Pack(dz, outputs, transposed: false, rows, outputs, b, tape.Threads);
        }

        float* dw = ManagedTape.GradientOf(_weight, out bool accumulate);
        tape.Kernels.Matrix.Multiply(
            new MatrixProduct
            {
                Rows = inputs, Inner = rows, Columns = outputs,
                A = _x.Pointer, ARow = 1, AStep = _x.Columns, Positions = _positions, Reach = _kernel / 2,
                B = b, BRow = bRow,
                C = dw, CRow = outputs, Accumulate = accumulate,
            },
            tape.Threads);
    }

    /// <summary>dx (+)= dz W^T; of a convolution, dz beside its neighbours times the weight from the last neighbour to the first.</summary>
    private void InputGradient(ManagedTape tape, float* dz)
    {
        int rows = _x.Rows, inputs = _x.Columns, outputs = Output.Columns;
        float* dx = tape.GradientOf(_x, out bool accumulate);
        tape.Kernels.Matrix.Multiply(
            new MatrixProduct
            {
                Rows = rows, Inner = _kernel * outputs, Columns = inputs,
                A = dz, ARow = outputs, AStep = 1, Positions = _positions, Reach = _kernel / 2,
                B = _positions > 0
                    ? _weight.Packed.GetReversed(tape.Kernels, _kernel, tape.Threads)
                    : _weight.Packed.Get(tape.Kernels, transposed: true, tape.Threads),
                C = dx, CRow = inputs, Accumulate = accumulate,
            },
            tape.Threads);
    }

    private static void Chunk(void* state, int chunk)
    {
        var work = (Work*)state;
        nint start = (nint)RowChunks.Start(chunk) * work->Columns;
        float* sum = work->Sums == null ? null : work->Sums + (chunk * work->SumStride);
        if (sum != null)
            new Span<float>(sum, work->SumStride).Clear();
        VectorKernels.At(work->Kernels).BackThroughActivation(
            work->Dy + start, work->Slope == null ? null : work->Slope + start, work->Kept, sum, RowChunks.Length(chunk, work->Rows), work->Columns);
    }

    private struct Work
    {
        internal float* Dy;
        internal float* Slope;
        internal float Kept;
        internal float* Sums;
        internal int SumStride;
        internal int Rows;
        internal int Columns;
        internal int Kernels;
    }
}
