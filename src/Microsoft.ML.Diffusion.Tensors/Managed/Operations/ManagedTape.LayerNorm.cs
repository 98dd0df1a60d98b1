using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>Normalisation of each row.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor LayerNorm(Tensor x, Parameter gain, Parameter bias, float epsilon = 1e-5f)
    {
        CheckNorm(x, gain, bias);
        ManagedTensor input = Own(x), y = NewTensor(x.Shape, Training);
        var kernel = new LayerNormForward
        {
            X = input.Pointer, Y = y.Pointer, Moments = Scratch(2 * x.Rows), Gain = gain.ValueBuffer.Pointer,
            Bias = bias.ValueBuffer.Pointer,
            Rows = x.Rows, Columns = x.Columns, Epsilon = epsilon,
        };
        Run(ref kernel, RowChunks.Count(x.Rows), x.Shape.Count);

        // Their memory is used through pointers, which the garbage collector does not see.
        GC.KeepAlive(gain);
        GC.KeepAlive(bias);
        if (Training)
        {
            LayerNormOperation operation = Record<LayerNormOperation>(y);
            (operation.X, operation.Gain, operation.Bias) = (input, gain, bias);
            operation.Moments = kernel.Moments;
        }

        return y;
    }

    private sealed class LayerNormOperation : Operation
    {
        internal ManagedTensor X = null!;
        internal Parameter Gain = null!;
        internal Parameter Bias = null!;
        internal float* Moments;

        internal override void Backward(ManagedTape tape)
        {
            int chunks = RowChunks.Count(X.Rows), stride = AlignedBuffer.RoundUp(X.Columns);
            var kernel = new LayerNormBackward
            {
                X = X.Pointer, Dy = Output.GradientPointer, Moments = Moments, Gain = Gain.ValueBuffer.Pointer,
                GainSums = tape.Scratch(chunks * stride), BiasSums = tape.Scratch(chunks * stride), SumStride = stride,
                Rows = X.Rows, Columns = X.Columns,
            };
            if (X.RequiresGradient)
                kernel.Dx = tape.GradientOf(X, out kernel.Accumulate);
            tape.Run(ref kernel, chunks, X.Shape.Count);
            tape.AddChunkSums(Gain, kernel.GainSums, chunks, stride);
            tape.AddChunkSums(Bias, kernel.BiasSums, chunks, stride);
        }
    }

    /// <summary>A chunk is 64 rows.</summary>
    /// <remarks>Lane i holds columns i, i + 16, ... of one row. The mean and the variance are folded across lanes, and then every lane
    /// holds
    /// the same mean and the same scale.</remarks>
    private struct LayerNormForward : IKernel
    {
        internal float* X;
        internal float* Y;

        /// <summary>Receives mean and reciprocal standard deviation of each row, one pair after another.</summary>
        internal float* Moments;
        internal float* Gain;
        internal float* Bias;
        internal int Rows;
        internal int Columns;
        internal float Epsilon;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            int first = RowChunks.Start(chunk), columns = Columns;
            float* gain = Gain, bias = Bias;
            for (int row = first; row < first + RowChunks.Length(chunk, Rows); row++)
            {
                float* x = X + ((nint)row * columns), y = Y + ((nint)row * columns);
                float mean = Loops<TLanes, T>.Sum(x, columns) / columns;
                T center = TLanes.Create(mean), squares = TLanes.Create(0);
                int c = 0;
                for (; c <= columns - Block; c += Block)
                    squares = AddSquares<TLanes, T>(x + c, Block, center, squares);
                if (c < columns)
                    squares = AddSquares<TLanes, T>(x + c, columns - c, center, squares);

                float scale = 1 / MathF.Sqrt((TLanes.Sum(squares) / columns) + Epsilon);
                (Moments[2 * row], Moments[(2 * row) + 1]) = (mean, scale);
                T scaleLanes = TLanes.Create(scale);
                for (c = 0; c <= columns - Block; c += Block)
                    Scale<TLanes, T>(x + c, gain + c, bias + c, y + c, Block, center, scaleLanes);
                if (c < columns)
                    Scale<TLanes, T>(x + c, gain + c, bias + c, y + c, columns - c, center, scaleLanes);
            }
        }

        /// <summary>Lanes beyond the row are filled with the mean, whose deviation is zero.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static T AddSquares<TLanes, T>(float* x, int count, T center, T squares)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            T deviation = TLanes.Subtract(TLanes.Load(x, count, center), center);
            return TLanes.MultiplyAdd(deviation, deviation, squares);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Scale<TLanes, T>(float* x, float* gain, float* bias, float* y, int count, T center, T scale)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            T normal = TLanes.Multiply(TLanes.Subtract(TLanes.Load(x, count), center), scale);
            TLanes.Store(y, TLanes.MultiplyAdd(normal, TLanes.Load(gain, count), TLanes.Load(bias, count)), count);
        }
    }

    /// <summary>A chunk is 64 rows, with its own sums for the gradients of gain and bias.</summary>
    /// <remarks>Lane i holds columns i, i + 16, ... of one row; sums down a column stay in its lane, and only the two means over the row
    /// are folded across lanes.</remarks>
    private struct LayerNormBackward : IKernel
    {
        internal float* X;
        internal float* Dy;
        internal float* Moments;
        internal float* Gain;

        /// <summary>Receives [chunks, stride]: the sum of dy times the normalised x.</summary>
        internal float* GainSums;

        /// <summary>Receives [chunks, stride]: the sum of dy.</summary>
        internal float* BiasSums;
        internal int SumStride;

        /// <summary>Null where x requires no gradient.</summary>
        internal float* Dx;
        internal bool Accumulate;
        internal int Rows;
        internal int Columns;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            int first = RowChunks.Start(chunk), columns = Columns;
            float* gain = Gain, gainSum = GainSums + (chunk * SumStride), biasSum = BiasSums + (chunk * SumStride);
            bool accumulate = Accumulate;
            new Span<float>(gainSum, columns).Clear();
            new Span<float>(biasSum, columns).Clear();
            for (int row = first; row < first + RowChunks.Length(chunk, Rows); row++)
            {
                float* x = X + ((nint)row * columns), dy = Dy + ((nint)row * columns);
                T center = TLanes.Create(Moments[2 * row]), scale = TLanes.Create(Moments[(2 * row) + 1]);
                T sum = TLanes.Create(0), product = TLanes.Create(0);
                int c = 0;
                for (; c <= columns - Block; c += Block)
                    AddSums<TLanes, T>(x + c, dy + c, gain + c, gainSum + c, biasSum + c, Block, center, scale, ref sum, ref product);
                if (c < columns)
                    AddSums<TLanes, T>(x + c, dy + c, gain + c, gainSum + c, biasSum + c, columns - c, center, scale, ref sum, ref product);

                if (Dx == null)
                    continue;

                // dx = scale (d - mean(d) - normal mean(d normal)).
                float* dx = Dx + ((nint)row * columns);
                T meanD = TLanes.Create(TLanes.Sum(sum) / columns);
                T minusMeanProduct = TLanes.Create(-(TLanes.Sum(product) / columns));
                for (c = 0; c <= columns - Block; c += Block)
                    PassOn<TLanes, T>(x + c, dy + c, gain + c, dx + c, Block, center, scale, meanD, minusMeanProduct, accumulate);
                if (c < columns)
                    PassOn<TLanes, T>(x + c, dy + c, gain + c, dx + c, columns - c, center, scale, meanD, minusMeanProduct, accumulate);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void AddSums<TLanes, T>(
            float* x, float* dy, float* gain, float* gainSum, float* biasSum, int count, T center, T scale, ref T sum, ref T product)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            T normal = TLanes.Multiply(TLanes.Subtract(TLanes.Load(x, count), center), scale);
            T g = TLanes.Load(dy, count);
            TLanes.Store(gainSum, TLanes.MultiplyAdd(g, normal, TLanes.Load(gainSum, count)), count);
            TLanes.Store(biasSum, TLanes.Add(g, TLanes.Load(biasSum, count)), count);

            // Beyond the row g is zero, and so is what is added here.
            T d = TLanes.Multiply(g, TLanes.Load(gain, count));
            sum = TLanes.Add(sum, d);
            product = TLanes.MultiplyAdd(d, normal, product);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void PassOn<TLanes, T>(
            float* x, float* dy, float* gain, float* dx, int count, T center, T scale, T meanD, T minusMeanProduct, bool accumulate)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            T normal = TLanes.Multiply(TLanes.Subtract(TLanes.Load(x, count), center), scale);
            T d = TLanes.Multiply(TLanes.Load(dy, count), TLanes.Load(gain, count));
            d = TLanes.MultiplyAdd(normal, minusMeanProduct, TLanes.Subtract(d, meanD));
            d = TLanes.Multiply(d, scale);
            if (accumulate)
                d = TLanes.Add(TLanes.Load(dx, count), d);
            TLanes.Store(dx, d, count);
        }
    }
}
