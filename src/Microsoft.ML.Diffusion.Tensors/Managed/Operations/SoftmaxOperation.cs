namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The softmax within each group of columns.</summary>
internal sealed unsafe class SoftmaxOperation : Operation
{
    private ManagedTensor _x = null!;
    private ColumnGroups _groups = null!;

    internal static ManagedTensor Forward(ManagedTape tape, ManagedTensor x, ColumnGroups groups)
    {
        ManagedTensor y = tape.NewTensor(x.Shape, x.RequiresGradient);
        Work work = NewWork(tape, x, groups);
        work.X = x.Pointer;
        work.Y = y.Pointer;
        tape.ForChunks(RowChunks.Count(x.Rows), x.Shape.Count, &ForwardChunk, &work);
        if (y.RequiresGradient)
        {
            SoftmaxOperation operation = tape.Record(tape.SoftmaxPool, y);
            (operation._x, operation._groups) = (x, groups);
        }

        return y;
    }

    internal override void Backward(ManagedTape tape)
    {
        Work work = NewWork(tape, _x, _groups);
        work.Y = Output.Pointer;
        work.Dy = Output.GradientPointer;
        work.Dx = tape.GradientOf(_x, out work.Accumulate);
        tape.ForChunks(RowChunks.Count(_x.Rows), _x.Shape.Count, &BackwardChunk, &work);
    }

    private static Work NewWork(ManagedTape tape, ManagedTensor x, ColumnGroups groups) => new()
    {
        Rows = x.Rows, Columns = x.Columns, Groups = groups.Pairs, GroupCount = groups.Count, Kernels = tape.Kernels.Handle,
    };

    private static void ForwardChunk(void* state, int chunk)
    {
        var work = (Work*)state;
        VectorKernels kernels = VectorKernels.At(work->Kernels);
        int first = RowChunks.Start(chunk), rows = RowChunks.Length(chunk, work->Rows);
        nint start = (nint)first * work->Columns, length = (nint)rows * work->Columns;
        Buffer.MemoryCopy(work->X + start, work->Y + start, length * sizeof(float), length * sizeof(float));
        for (int row = 0; row < rows; row++)
        {
            float* y = work->Y + start + ((nint)row * work->Columns);
            for (int g = 0; g < work->GroupCount; g++)
            {
                float* group = y + work->Groups[2 * g];
                kernels.Softmax(group, group, work->Groups[(2 * g) + 1]);
            }
        }
    }

    private static void BackwardChunk(void* state, int chunk)
    {
        var work = (Work*)state;
        VectorKernels kernels = VectorKernels.At(work->Kernels);
        int first = RowChunks.Start(chunk), rows = RowChunks.Length(chunk, work->Rows), columns = work->Columns;
        for (int row = first; row < first + rows; row++)
        {
            nint at = (nint)row * columns;
            float* y = work->Y + at, dy = work->Dy + at, dx = work->Dx + at;
            int c = 0;
            for (int g = 0; g < work->GroupCount; g++)
            {
                int start = work->Groups[2 * g], length = work->Groups[(2 * g) + 1];
                PassOn(kernels, dy + c, dx + c, start - c, work->Accumulate);
                kernels.SoftmaxBackward(y + start, dy + start, dx + start, length, work->Accumulate);
                c = start + length;
            }

            PassOn(kernels, dy + c, dx + c, columns - c, work->Accumulate);
        }
    }

    /// <summary>Columns outside the groups.</summary>
    private static void PassOn(VectorKernels kernels, float* dy, float* dx, int n, bool accumulate)
    {
        if (accumulate)
            kernels.Combine(ArithmeticKind.Add, dx, dy, dx, n, accumulate: false);
        else
            new ReadOnlySpan<float>(dy, n).CopyTo(new Span<float>(dx, n));
    }

    private struct Work
    {
        internal float* X;
        internal float* Y;
        internal float* Dy;
        internal float* Dx;
        internal bool Accumulate;
        internal int Rows;
        internal int Columns;
        internal int* Groups;
        internal int GroupCount;
        internal int Kernels;
    }
}
