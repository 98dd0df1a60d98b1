using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>Normalisation of each group of channels over all positions of a row.</content>
/// <remarks>
/// With the mean m and the reciprocal deviation r of a group, y = a x + b for each channel: a = gain r, b = bias - m a. The way back is
/// of the
/// same form, dx = a dy + p x + q, with sums of dy and of dy (x - m) over the positions. So all that runs over elements are sums
/// down the columns and products by columns, in <see cref="Loops{TLanes, T}"/>: lane i is a column of one position. Each row of positions
/// is
/// one thread's, so no sum depends on the number of threads.
/// </remarks>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor GroupNorm(Tensor x, int length, int groups, Parameter gain, Parameter bias, float epsilon = 1e-5f)
    {
        CheckGroupNorm(x, length, groups, gain, bias);
        ManagedTensor input = Own(x), y = NewTensor(x.Shape, Training);
        int rows = x.Rows / length, stride = AlignedBuffer.RoundUp(x.Columns);
        var kernel = new GroupNormForward
        {
            X = input.Pointer, Y = y.Pointer, Moments = Scratch(checked(rows * 2 * stride)), Scratch = Scratch(checked(rows * 2 * stride)),
            Gain = gain.ValueBuffer.Pointer, Bias = bias.ValueBuffer.Pointer,
            Length = length, Groups = groups, Columns = x.Columns, Stride = stride, Epsilon = epsilon,
        };
        Run(ref kernel, rows, x.Shape.Count);

        // Their memory is used through pointers, which the garbage collector does not see.
        GC.KeepAlive(gain);
        GC.KeepAlive(bias);
        if (Training)
        {
            GroupNormOperation operation = Record<GroupNormOperation>(y);
            (operation.X, operation.Gain, operation.Bias, operation.Length, operation.Groups) = (input, gain, bias, length, groups);
            operation.Moments = kernel.Moments;
        }

        return y;
    }

    private sealed class GroupNormOperation : Operation
    {
        internal ManagedTensor X = null!;
        internal Parameter Gain = null!;
        internal Parameter Bias = null!;
        internal int Length;
        internal int Groups;
        internal float* Moments;

        internal override void Backward(ManagedTape tape)
        {
            int rows = X.Rows / Length, stride = AlignedBuffer.RoundUp(X.Columns);
            var kernel = new GroupNormBackward
            {
                X = X.Pointer, Dy = Output.GradientPointer, Moments = Moments, Gain = Gain.ValueBuffer.Pointer,
                GainSums = tape.Scratch(checked(rows * stride)), BiasSums = tape.Scratch(checked(rows * stride)),
                Scratch = tape.Scratch(checked(rows * 2 * stride)), Length = Length, Groups = Groups, Columns = X.Columns, Stride = stride,
            };
            if (X.RequiresGradient)
                kernel.Dx = tape.GradientOf(X, out kernel.Accumulate);
            tape.Run(ref kernel, rows, X.Shape.Count);
            tape.AddChunkSums(Gain, kernel.GainSums, rows, stride);
            tape.AddChunkSums(Bias, kernel.BiasSums, rows, stride);
        }
    }

    /// <summary>sum = the sum of the positions of a row, for each column.</summary>
    private static void SumPositions<TLanes, T>(float* x, float* sum, int length, int columns)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        new Span<float>(sum, columns).Clear();
        for (int l = 0; l < length; l++)
            Loops<TLanes, T>.AddTo(sum, x + ((nint)l * columns), columns);
    }

    /// <summary>A chunk is the positions of one row.</summary>
    private struct GroupNormForward : IKernel
    {
        internal float* X;
        internal float* Y;

        /// <summary>Receives [rows, 2, stride]: mean and reciprocal deviation of each channel's group.</summary>
        internal float* Moments;

        /// <summary>[rows, 2, stride].</summary>
        internal float* Scratch;
        internal float* Gain;
        internal float* Bias;
        internal int Length;
        internal int Groups;
        internal int Columns;
        internal int Stride;
        internal float Epsilon;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int row)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            int columns = Columns, size = columns / Groups;
            float elements = (float)Length * size;
            nint start = (nint)row * Length * columns, end = start + ((nint)Length * columns);
            float* mean = Moments + ((nint)row * 2 * Stride), deviation = mean + Stride;
            float* sum = Scratch + ((nint)row * 2 * Stride), other = sum + Stride;

            SumPositions<TLanes, T>(X + start, sum, Length, columns);
            for (int c = 0; c < columns; c += size)
                new Span<float>(mean + c, size).Fill(Loops<TLanes, T>.Sum(sum + c, size) / elements);

            new Span<float>(sum, columns).Clear();
            for (nint at = start; at < end; at += columns)
            {
                Loops<TLanes, T>.Subtract(X + at, mean, other, columns);
                Loops<TLanes, T>.Multiply(other, other, sum, columns, accumulate: true);
            }

            for (int c = 0; c < columns; c += size)
                new Span<float>(deviation + c, size).Fill(1 / MathF.Sqrt((Loops<TLanes, T>.Sum(sum + c, size) / elements) + Epsilon));

            // y = a x + b.
            float* a = sum, b = other;
            Loops<TLanes, T>.Multiply(Gain, deviation, a, columns);
            Loops<TLanes, T>.Multiply(mean, a, b, columns);
            Loops<TLanes, T>.Subtract(Bias, b, b, columns);
            for (nint at = start; at < end; at += columns)
            {
                Loops<TLanes, T>.Copy(b, Y + at, columns, accumulate: false);
                Loops<TLanes, T>.Multiply(X + at, a, Y + at, columns, accumulate: true);
            }
        }
    }

    /// <summary>A chunk is the positions of one row.</summary>
    private struct GroupNormBackward : IKernel
    {
        internal float* X;
        internal float* Dy;
        internal float* Moments;
        internal float* Gain;

        /// <summary>Receives [rows, stride]: the sum of dy (x - m) r.</summary>
        internal float* GainSums;

        /// <summary>Receives [rows, stride]: the sum of dy.</summary>
        internal float* BiasSums;

        /// <summary>[rows, 2, stride].</summary>
        internal float* Scratch;

        /// <summary>Null where x requires no gradient.</summary>
        internal float* Dx;
        internal bool Accumulate;
        internal int Length;
        internal int Groups;
        internal int Columns;
        internal int Stride;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int row)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            int columns = Columns, size = columns / Groups;
            float elements = (float)Length * size;
            nint start = (nint)row * Length * columns, end = start + ((nint)Length * columns);
            float* mean = Moments + ((nint)row * 2 * Stride), deviation = mean + Stride;
            float* gain = GainSums + ((nint)row * Stride), bias = BiasSums + ((nint)row * Stride);
            float* p = Scratch + ((nint)row * 2 * Stride), q = p + Stride;

            // The sums of dy and of dy (x - m) r: the gradients of bias and gain.
            SumPositions<TLanes, T>(Dy + start, bias, Length, columns);
            new Span<float>(gain, columns).Clear();
            for (nint at = start; at < end; at += columns)
            {
                Loops<TLanes, T>.Subtract(X + at, mean, p, columns);
                Loops<TLanes, T>.Multiply(p, Dy + at, gain, columns, accumulate: true);
            }

            Loops<TLanes, T>.Multiply(gain, deviation, gain, columns);
            if (Dx == null)
                return;

            // dx = gain r dy - r A - r^2 (x - m) B, with A and B the means over the group of gain dy and of gain dy (x - m) r.
            for (int c = 0; c < columns; c += size)
            {
                float r = deviation[c];
                float a = Loops<TLanes, T>.Dot(Gain + c, bias + c, size) / elements;
                float b = Loops<TLanes, T>.Dot(Gain + c, gain + c, size) / elements;
                new Span<float>(p + c, size).Fill(-r * r * b);
                new Span<float>(q + c, size).Fill((r * r * b * mean[c]) - (r * a));
            }

            for (nint at = start; at < end; at += columns)
            {
                Loops<TLanes, T>.Copy(q, Dx + at, columns, Accumulate);
                Loops<TLanes, T>.Multiply(X + at, p, Dx + at, columns, accumulate: true);
            }

            Loops<TLanes, T>.Multiply(Gain, deviation, p, columns);
            for (nint at = start; at < end; at += columns)
                Loops<TLanes, T>.Multiply(Dy + at, p, Dx + at, columns, accumulate: true);
        }
    }
}
