namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Normalisation of each group of channels over all positions of a row.</summary>
/// <remarks>
/// With the mean m and the reciprocal deviation r of a group, y = a x + b for each channel: a = gain r, b = bias - m a. The way back is of the
/// same form, dx = a dy + p x + q, with sums of dy and of dy (x - m) over the positions. So all that runs over elements are sums
/// down the columns and products by columns; each row of positions is one thread's, so no sum depends on the number of threads.
/// </remarks>
internal sealed unsafe class GroupNormOperation : Operation
{
    private ManagedTensor _x = null!;
    private Parameter _gain = null!;
    private Parameter _bias = null!;
    private int _length;
    private int _groups;

    /// <summary>[rows, 2, stride]: mean and reciprocal deviation of each channel's group.</summary>
    private float* _moments;

    internal static ManagedTensor Forward(ManagedTape tape, ManagedTensor x, int length, int groups, Parameter gain, Parameter bias, float epsilon)
    {
        ManagedTensor y = tape.NewTensor(x.Shape, tape.Training);
        int rows = x.Rows / length, stride = AlignedBuffer.RoundUp(x.Columns);
        var work = new Work
        {
            X = x.Pointer, Y = y.Pointer, Moments = tape.Scratch(checked(rows * 2 * stride)), Scratch = tape.Scratch(checked(rows * 2 * stride)),
            Gain = gain.ValueBuffer.Pointer, Bias = bias.ValueBuffer.Pointer,
            Length = length, Groups = groups, Columns = x.Columns, Stride = stride, Epsilon = epsilon, Kernels = tape.Kernels.Handle,
        };
        tape.ForChunks(rows, x.Shape.Count, &ForwardRow, &work);

        // Their memory is used through pointers, which the garbage collector does not see.
        GC.KeepAlive(gain);
        GC.KeepAlive(bias);
        if (tape.Training)
        {
            GroupNormOperation operation = tape.Record(tape.GroupNormPool, y);
            (operation._x, operation._gain, operation._bias, operation._length, operation._groups) = (x, gain, bias, length, groups);
            operation._moments = work.Moments;
        }

        return y;
    }

    internal override void Backward(ManagedTape tape)
    {
        int rows = _x.Rows / _length, stride = AlignedBuffer.RoundUp(_x.Columns);
        float* gainSums = tape.Scratch(checked(rows * stride));
        float* biasSums = tape.Scratch(checked(rows * stride));
        var work = new Work
        {
            X = _x.Pointer, Y = Output.GradientPointer, Moments = _moments, Scratch = tape.Scratch(checked(rows * 2 * stride)),
            Gain = _gain.ValueBuffer.Pointer, GainSums = gainSums, BiasSums = biasSums,
            Length = _length, Groups = _groups, Columns = _x.Columns, Stride = stride, Kernels = tape.Kernels.Handle,
        };
        if (_x.RequiresGradient)
            work.Dx = tape.GradientOf(_x, out work.Accumulate);
        tape.ForChunks(rows, _x.Shape.Count, &BackwardRow, &work);
        tape.AddChunkSums(_gain, gainSums, rows, stride);
        tape.AddChunkSums(_bias, biasSums, rows, stride);
    }

    private static void ForwardRow(void* state, int row)
    {
        var work = (Work*)state;
        VectorKernels kernels = VectorKernels.At(work->Kernels);
        int columns = work->Columns, length = work->Length, size = columns / work->Groups;
        float* x = work->X + ((nint)row * length * columns);
        float* y = work->Y + ((nint)row * length * columns);
        float* mean = work->Moments + ((nint)row * 2 * work->Stride);
        float* deviation = mean + work->Stride;
        float* sum = work->Scratch + ((nint)row * 2 * work->Stride);
        float* other = sum + work->Stride;

        SumRows(kernels, x, sum, length, columns);
        for (int c = 0; c < columns; c += size)
            new Span<float>(mean + c, size).Fill(kernels.Sum(sum + c, size) / ((float)length * size));

        new Span<float>(sum, columns).Clear();
        for (int l = 0; l < length; l++)
        {
            kernels.Combine(ArithmeticKind.Subtract, x + ((nint)l * columns), mean, other, columns, accumulate: false);
            kernels.Combine(ArithmeticKind.Multiply, other, other, sum, columns, accumulate: true);
        }

        for (int c = 0; c < columns; c += size)
            new Span<float>(deviation + c, size).Fill(1 / MathF.Sqrt((kernels.Sum(sum + c, size) / ((float)length * size)) + work->Epsilon));

        // y = a x + b.
        kernels.Combine(ArithmeticKind.Multiply, work->Gain, deviation, sum, columns, accumulate: false);
        kernels.Combine(ArithmeticKind.Multiply, mean, sum, other, columns, accumulate: false);
        kernels.Combine(ArithmeticKind.Subtract, work->Bias, other, other, columns, accumulate: false);
        for (int l = 0; l < length; l++)
        {
            float* to = y + ((nint)l * columns);
            new ReadOnlySpan<float>(other, columns).CopyTo(new Span<float>(to, columns));
            kernels.Combine(ArithmeticKind.Multiply, x + ((nint)l * columns), sum, to, columns, accumulate: true);
        }
    }

    private static void BackwardRow(void* state, int row)
    {
        var work = (Work*)state;
        VectorKernels kernels = VectorKernels.At(work->Kernels);
        int columns = work->Columns, length = work->Length, size = columns / work->Groups;
        float* x = work->X + ((nint)row * length * columns);
        float* dy = work->Y + ((nint)row * length * columns);
        float* mean = work->Moments + ((nint)row * 2 * work->Stride);
        float* deviation = mean + work->Stride;
        float* gain = work->GainSums + ((nint)row * work->Stride);
        float* bias = work->BiasSums + ((nint)row * work->Stride);
        float* p = work->Scratch + ((nint)row * 2 * work->Stride);
        float* q = p + work->Stride;

        // The sums of dy and of dy (x - m) r: the gradients of bias and gain.
        SumRows(kernels, dy, bias, length, columns);
        new Span<float>(gain, columns).Clear();
        for (int l = 0; l < length; l++)
        {
            kernels.Combine(ArithmeticKind.Subtract, x + ((nint)l * columns), mean, p, columns, accumulate: false);
            kernels.Combine(ArithmeticKind.Multiply, p, dy + ((nint)l * columns), gain, columns, accumulate: true);
        }

        kernels.Combine(ArithmeticKind.Multiply, gain, deviation, gain, columns, accumulate: false);
        if (work->Dx == null)
            return;

        // dx = gain r dy - r A - r^2 (x - m) B, with A and B the means over the group of gain dy and of gain dy (x - m) r.
        for (int c = 0; c < columns; c += size)
        {
            float r = deviation[c], count = (float)length * size;
            float a = kernels.Dot(work->Gain + c, bias + c, size) / count, b = kernels.Dot(work->Gain + c, gain + c, size) / count;
            new Span<float>(p + c, size).Fill(-r * r * b);
            new Span<float>(q + c, size).Fill((r * r * b * mean[c]) - (r * a));
        }

        float* dx = work->Dx + ((nint)row * length * columns);
        for (int l = 0; l < length; l++)
        {
            float* to = dx + ((nint)l * columns);
            if (work->Accumulate)
                kernels.Combine(ArithmeticKind.Add, to, q, to, columns, accumulate: false);
            else
                new ReadOnlySpan<float>(q, columns).CopyTo(new Span<float>(to, columns));
            kernels.Combine(ArithmeticKind.Multiply, x + ((nint)l * columns), p, to, columns, accumulate: true);
        }

        kernels.Combine(ArithmeticKind.Multiply, work->Gain, deviation, p, columns, accumulate: false);
        for (int l = 0; l < length; l++)
            kernels.Combine(ArithmeticKind.Multiply, dy + ((nint)l * columns), p, dx + ((nint)l * columns), columns, accumulate: true);
    }

    private static void SumRows(VectorKernels kernels, float* x, float* sum, int length, int columns)
    {
        new Span<float>(sum, columns).Clear();
        for (int l = 0; l < length; l++)
            kernels.Combine(ArithmeticKind.Add, sum, x + ((nint)l * columns), sum, columns, accumulate: false);
    }

    private struct Work
    {
        internal float* X;

        /// <summary>The result on the way forward, its gradient on the way back.</summary>
        internal float* Y;
        internal float* Moments;

        /// <summary>[rows, 2, stride].</summary>
        internal float* Scratch;
        internal float* Gain;
        internal float* Bias;
        internal float* GainSums;
        internal float* BiasSums;
        internal float* Dx;
        internal bool Accumulate;
        internal int Length;
        internal int Groups;
        internal int Columns;
        internal int Stride;
        internal float Epsilon;
        internal int Kernels;
    }
}
