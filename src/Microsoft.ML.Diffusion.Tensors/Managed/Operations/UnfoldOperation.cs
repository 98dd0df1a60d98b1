namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Every position beside its neighbours, zeros beyond the ends: what turns a convolution into a product of matrices.</summary>
internal sealed unsafe class UnfoldOperation : Operation
{
    private ManagedTensor _x = null!;
    private int _length;
    private int _kernel;

    internal static ManagedTensor Forward(ManagedTape tape, ManagedTensor x, int length, int kernel)
    {
        ManagedTensor y = tape.NewTensor(x.Shape.WithColumns(kernel * x.Columns), x.RequiresGradient);
        var work = new Work { X = x.Pointer, Y = y.Pointer, Length = length, Kernel = kernel, Rows = x.Rows, Columns = x.Columns };
        tape.ForChunks(RowChunks.Count(x.Rows), y.Shape.Count, &ForwardChunk, &work);
        if (y.RequiresGradient)
        {
            UnfoldOperation operation = tape.Record(tape.UnfoldPool, y);
            (operation._x, operation._length, operation._kernel) = (x, length, kernel);
        }

        return y;
    }

    internal override void Backward(ManagedTape tape)
    {
        var work = new Work
        {
            Y = Output.GradientPointer, Length = _length, Kernel = _kernel, Rows = _x.Rows, Columns = _x.Columns, Kernels = tape.Kernels.Handle,
        };
        work.X = tape.GradientOf(_x, out work.Accumulate);
        tape.ForChunks(RowChunks.Count(_x.Rows), Output.Shape.Count, &BackwardChunk, &work);
    }

    private static void ForwardChunk(void* state, int chunk)
    {
        var work = (Work*)state;
        int first = RowChunks.Start(chunk), columns = work->Columns, kernel = work->Kernel, reach = kernel / 2;
        for (int row = first; row < first + RowChunks.Length(chunk, work->Rows); row++)
        {
            // Neighbours lie one after another, so all that are within the ends are one copy.
            int place = row % work->Length;
            int before = Math.Max(0, reach - place), after = Math.Max(0, place + reach + 1 - work->Length);
            var y = new Span<float>(work->Y + ((nint)row * kernel * columns), kernel * columns);
            y[..(before * columns)].Clear();
            var within = new ReadOnlySpan<float>(work->X + ((nint)(row - reach + before) * columns), (kernel - before - after) * columns);
            within.CopyTo(y[(before * columns)..]);
            y[((kernel - after) * columns)..].Clear();
        }
    }

    private static void BackwardChunk(void* state, int chunk)
    {
        var work = (Work*)state;
        VectorKernels kernels = VectorKernels.At(work->Kernels);
        int first = RowChunks.Start(chunk), columns = work->Columns, kernel = work->Kernel, reach = kernel / 2;
        for (int row = first; row < first + RowChunks.Length(chunk, work->Rows); row++)
        {
            // Position p is neighbour k of position p + reach - k. Always in the order of k.
            float* dx = work->X + ((nint)row * columns);
            int place = row % work->Length;
            bool accumulate = work->Accumulate;
            for (int k = 0; k < kernel; k++)
            {
                int other = place + reach - k;
                if (other < 0 || other >= work->Length)
                    continue;
                float* dy = work->Y + ((((nint)(row + reach - k) * kernel) + k) * columns);
                if (accumulate)
                    kernels.Combine(ArithmeticKind.Add, dx, dy, dx, columns, accumulate: false);
                else
                    new ReadOnlySpan<float>(dy, columns).CopyTo(new Span<float>(dx, columns));
                accumulate = true;
            }
        }
    }

    private struct Work
    {
        /// <summary>x on the way forward, its gradient on the way back.</summary>
        internal float* X;

        /// <summary>The result on the way forward, its gradient on the way back.</summary>
        internal float* Y;
        internal bool Accumulate;
        internal int Length;
        internal int Kernel;
        internal int Rows;
        internal int Columns;
        internal int Kernels;
    }
}
