namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The sigmoid of the left half of the columns times the hyperbolic tangent of the right half.</summary>
internal sealed unsafe class GateOperation : Operation
{
    private ManagedTensor _x = null!;

    /// <summary>The derivative by each element of x.</summary>
    private float* _slope;

    internal static ManagedTensor Forward(ManagedTape tape, ManagedTensor x)
    {
        ManagedTensor y = tape.NewTensor(x.Shape.WithColumns(x.Columns / 2), x.RequiresGradient);
        var work = new Work
        {
            X = x.Pointer, Y = y.Pointer, Slope = y.RequiresGradient ? tape.Scratch(x.Shape.Count) : null,
            Rows = x.Rows, Columns = y.Columns, Kernels = tape.Kernels.Handle,
        };
        tape.ForChunks(RowChunks.Count(x.Rows), x.Shape.Count, &ForwardChunk, &work);
        if (y.RequiresGradient)
        {
            GateOperation operation = tape.Record(tape.GatePool, y);
            operation._x = x;
            operation._slope = work.Slope;
        }

        return y;
    }

    internal override void Backward(ManagedTape tape)
    {
        var work = new Work
        {
            Y = Output.GradientPointer, Slope = _slope, Rows = _x.Rows, Columns = Output.Columns, Kernels = tape.Kernels.Handle,
        };
        work.X = tape.GradientOf(_x, out work.Accumulate);
        tape.ForChunks(RowChunks.Count(_x.Rows), _x.Shape.Count, &BackwardChunk, &work);
    }

    private static void ForwardChunk(void* state, int chunk)
    {
        var work = (Work*)state;
        VectorKernels kernels = VectorKernels.At(work->Kernels);
        int first = RowChunks.Start(chunk), columns = work->Columns;
        for (nint row = first; row < first + RowChunks.Length(chunk, work->Rows); row++)
        {
            nint at = 2 * row * columns;
            kernels.Gate(work->X + at, work->Y + (row * columns), work->Slope == null ? null : work->Slope + at, columns);
        }
    }

    private static void BackwardChunk(void* state, int chunk)
    {
        var work = (Work*)state;
        VectorKernels kernels = VectorKernels.At(work->Kernels);
        int first = RowChunks.Start(chunk), columns = work->Columns;
        for (nint row = first; row < first + RowChunks.Length(chunk, work->Rows); row++)
        {
            float* dy = work->Y + (row * columns);
            for (nint half = 2 * row; half < (2 * row) + 2; half++)
                kernels.Combine(ArithmeticKind.Multiply, dy, work->Slope + (half * columns), work->X + (half * columns), columns, work->Accumulate);
        }
    }

    private struct Work
    {
        /// <summary>x on the way forward, its gradient on the way back.</summary>
        internal float* X;

        /// <summary>The result on the way forward, its gradient on the way back.</summary>
        internal float* Y;
        internal float* Slope;
        internal bool Accumulate;
        internal int Rows;
        internal int Columns;
        internal int Kernels;
    }
}
