namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Multi-head attention among the tokens of each row: scores, softmax and weighted sum in one.</summary>
internal sealed unsafe class AttentionOperation : Operation
{
    // About this many tokens make a chunk, whatever the number of threads.
    private const int ChunkTokens = 128;

    private ManagedTensor _x = null!;
    private HeadShape _shape;

    /// <summary>[rows, heads] of weights.</summary>
    private float* _weights;

    internal static ManagedTensor Forward(ManagedTape tape, ManagedTensor x, int tokens, int heads)
    {
        int channels = x.Columns / 3;
        var shape = new HeadShape(tokens, channels, channels / heads);
        ManagedTensor y = tape.NewTensor(x.Shape.WithColumns(channels), x.RequiresGradient);
        Work work = NewWork(tape, x, shape, y.Pointer);

        // Weights are kept for the way back; otherwise each chunk needs room for those of one head.
        bool keep = y.RequiresGradient;
        work.Weights = keep ? tape.Scratch(checked(x.Rows / tokens * heads * shape.WeightCount)) : null;
        work.ScratchLength = shape.ColumnCount + (keep ? 0 : shape.WeightCount);
        work.Scratch = tape.Scratch(checked(work.Chunks * work.ScratchLength));
        tape.ForChunks(work.Chunks, Elements(x, tokens), &ForwardChunk, &work);
        if (keep)
        {
            AttentionOperation operation = tape.Record(tape.AttentionPool, y);
            (operation._x, operation._shape) = (x, shape);
            operation._weights = work.Weights;
        }

        return y;
    }

    internal override void Backward(ManagedTape tape)
    {
        Work work = NewWork(tape, _x, _shape, Output.GradientPointer);
        work.Weights = _weights;
        work.ScratchLength = _shape.BackwardCount;
        work.Scratch = tape.Scratch(checked(work.Chunks * work.ScratchLength));
        work.Dx = tape.GradientOf(_x, out work.Accumulate);
        tape.ForChunks(work.Chunks, Elements(_x, _shape.Tokens), &BackwardChunk, &work);
    }

    private static Work NewWork(ManagedTape tape, ManagedTensor x, HeadShape shape, float* y)
    {
        int perChunk = Math.Max(1, ChunkTokens / shape.Tokens), rows = x.Rows / shape.Tokens;
        return new Work
        {
            X = x.Pointer, Y = y, Shape = shape, Rows = rows, RowsPerChunk = perChunk, Chunks = (rows + perChunk - 1) / perChunk,
            Kernels = tape.Kernels.Handle,
        };
    }

    /// <summary>How much there is to do, as a number of elements of a plain operation.</summary>
    private static long Elements(ManagedTensor x, int tokens) => (long)x.Shape.Count * Math.Max(1, tokens / 4);

    private static void ForwardChunk(void* state, int chunk)
    {
        var work = (Work*)state;
        VectorKernels kernels = VectorKernels.At(work->Kernels);
        HeadShape shape = work->Shape;
        int heads = shape.Channels / shape.Width, first = chunk * work->RowsPerChunk;
        float* scratch = work->Scratch + ((nint)chunk * work->ScratchLength);
        for (int row = first; row < Math.Min(first + work->RowsPerChunk, work->Rows); row++)
        {
            for (int head = 0; head < heads; head++)
            {
                nint token = (nint)row * shape.Tokens;
                float* weights = work->Weights == null
                    ? scratch + shape.ColumnCount : work->Weights + ((((nint)row * heads) + head) * shape.WeightCount);
                kernels.Attend(
                    shape, work->X + (token * shape.Stride) + (head * shape.Width), weights, scratch,
                    work->Y + (token * shape.Channels) + (head * shape.Width));
            }
        }
    }

    private static void BackwardChunk(void* state, int chunk)
    {
        var work = (Work*)state;
        VectorKernels kernels = VectorKernels.At(work->Kernels);
        HeadShape shape = work->Shape;
        int heads = shape.Channels / shape.Width, first = chunk * work->RowsPerChunk;
        float* scratch = work->Scratch + ((nint)chunk * work->ScratchLength);
        for (int row = first; row < Math.Min(first + work->RowsPerChunk, work->Rows); row++)
        {
            for (int head = 0; head < heads; head++)
            {
                nint token = (nint)row * shape.Tokens, at = (token * shape.Stride) + (head * shape.Width);
                kernels.AttendBackward(
                    shape, work->X + at, work->Weights + ((((nint)row * heads) + head) * shape.WeightCount),
                    work->Y + (token * shape.Channels) + (head * shape.Width), scratch, work->Dx + at, work->Accumulate);
            }
        }
    }

    private struct Work
    {
        internal float* X;

        /// <summary>The result on the way forward, its gradient on the way back.</summary>
        internal float* Y;
        internal float* Dx;
        internal bool Accumulate;
        internal float* Weights;
        internal float* Scratch;
        internal int ScratchLength;
        internal HeadShape Shape;
        internal int Rows;
        internal int RowsPerChunk;
        internal int Chunks;
        internal int Kernels;
    }
}
