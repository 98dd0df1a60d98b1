namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Layer normalisation of each row.</summary>
internal sealed unsafe class LayerNormOperation : Operation
{
    private ManagedTensor _x = null!;
    private Parameter _gain = null!;
    private Parameter _bias = null!;

    /// <summary>Mean and reciprocal standard deviation of each row, one pair after another.</summary>
    private float* _moments;

    internal static ManagedTensor Forward(ManagedTape tape, ManagedTensor x, Parameter gain, Parameter bias, float epsilon)
    {
        ManagedTensor y = tape.NewTensor(x.Shape, tape.Training);
        float* moments = tape.Scratch(2 * x.Rows);
        var work = new Work
        {
            X = x.Pointer, Y = y.Pointer, Moments = moments, Gain = gain.ValueBuffer.Pointer, Bias = bias.ValueBuffer.Pointer,
            Rows = x.Rows, Columns = x.Columns, Epsilon = epsilon, Kernels = tape.Kernels.Handle,
        };
        tape.ForChunks(RowChunks.Count(x.Rows), x.Shape.Count, &ForwardChunk, &work);

        // Their memory is used through pointers, which the garbage collector does not see.
        GC.KeepAlive(gain);
        GC.KeepAlive(bias);
        if (tape.Training)
        {
            LayerNormOperation operation = tape.Record(tape.LayerNormPool, y);
            (operation._x, operation._gain, operation._bias) = (x, gain, bias);
            operation._moments = moments;
        }

        return y;
    }

    internal override void Backward(ManagedTape tape)
    {
        int chunks = RowChunks.Count(_x.Rows), stride = AlignedBuffer.RoundUp(_x.Columns);
        float* gainSums = tape.Scratch(chunks * stride);
        float* biasSums = tape.Scratch(chunks * stride);
        bool accumulate = false;
        float* dx = _x.RequiresGradient ? tape.GradientOf(_x, out accumulate) : null;
        var work = new Work
        {
            X = _x.Pointer, Y = Output.GradientPointer, Moments = _moments, Gain = _gain.ValueBuffer.Pointer,
            GainSums = gainSums, BiasSums = biasSums, SumStride = stride, Dx = dx, Accumulate = accumulate,
            Rows = _x.Rows, Columns = _x.Columns, Kernels = tape.Kernels.Handle,
        };
        tape.ForChunks(chunks, _x.Shape.Count, &BackwardChunk, &work);
        tape.AddChunkSums(_gain, gainSums, chunks, stride);
        tape.AddChunkSums(_bias, biasSums, chunks, stride);
    }

    private static void ForwardChunk(void* state, int chunk)
    {
        var work = (Work*)state;
        int row = RowChunks.Start(chunk);
        nint start = (nint)row * work->Columns;
        VectorKernels.At(work->Kernels).Normalize(
            work->X + start, work->Gain, work->Bias, work->Y + start, work->Moments + (2 * row), RowChunks.Length(chunk, work->Rows), work->Columns, work->Epsilon);
    }

    private static void BackwardChunk(void* state, int chunk)
    {
        var work = (Work*)state;
        int row = RowChunks.Start(chunk);
        nint start = (nint)row * work->Columns;
        float* gainSum = work->GainSums + (chunk * work->SumStride);
        float* biasSum = work->BiasSums + (chunk * work->SumStride);
        new Span<float>(gainSum, work->Columns).Clear();
        new Span<float>(biasSum, work->Columns).Clear();
        VectorKernels.At(work->Kernels).NormalizeBackward(
            work->X + start, work->Y + start, work->Gain, work->Moments + (2 * row), gainSum, biasSum,
            work->Dx == null ? null : work->Dx + start, work->Accumulate, RowChunks.Length(chunk, work->Rows), work->Columns);
    }

    private struct Work
    {
        internal float* X;

        /// <summary>The result on the way forward, its gradient on the way back.</summary>
        internal float* Y;
        internal float* Moments;
        internal float* Gain;
        internal float* Bias;
        internal float* GainSums;
        internal float* BiasSums;
        internal int SumStride;
        internal float* Dx;
        internal bool Accumulate;
        internal int Rows;
        internal int Columns;
        internal float Epsilon;
        internal int Kernels;
    }
}
