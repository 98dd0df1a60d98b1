using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>The sigmoid of the left half of the columns times the hyperbolic tangent of the right half.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor Gate(Tensor x)
    {
        CheckGate(x);
        ManagedTensor input = Own(x), y = NewTensor(x.Shape.WithColumns(x.Columns / 2), x.RequiresGradient);
        var kernel = new GateForward
        {
            X = input.Pointer, Y = y.Pointer, Slope = y.RequiresGradient ? Scratch(x.Shape.Count) : null, Rows = x.Rows,
            Columns = y.Columns,
        };
        Run(ref kernel, RowChunks.Count(x.Rows), x.Shape.Count);
        if (y.RequiresGradient)
        {
            GateOperation operation = Record<GateOperation>(y);
            operation.X = input;
            operation.Slope = kernel.Slope;
        }

        return y;
    }

    private sealed class GateOperation : Operation
    {
        internal ManagedTensor X = null!;

        /// <summary>The derivative by each element of x.</summary>
        internal float* Slope;

        internal override void Backward(ManagedTape tape)
        {
            var kernel = new GateBackward { Dy = Output.GradientPointer, Slope = Slope, Rows = X.Rows, Columns = Output.Columns };
            kernel.Dx = tape.GradientOf(X, out kernel.Accumulate);
            tape.Run(ref kernel, RowChunks.Count(X.Rows), X.Shape.Count);
        }
    }

    /// <summary>A chunk is 64 rows.</summary>
    private struct GateForward : IKernel
    {
        internal float* X;
        internal float* Y;

        /// <summary>Null where no gradient is wanted.</summary>
        internal float* Slope;
        internal int Rows;

        /// <summary>Columns of y, half those of x.</summary>
        internal int Columns;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            int first = RowChunks.Start(chunk);
            for (nint row = first; row < first + RowChunks.Length(chunk, Rows); row++)
            {
                nint at = 2 * row * Columns;
                OfRow<TLanes, T>(X + at, Y + (row * Columns), Slope == null ? null : Slope + at);
            }
        }

        // Lane i is column i of a block: its left element from one vector, its right one from another.
        [MethodImpl(IKernel.Loop)]
        private readonly void OfRow<TLanes, T>(float* x, float* y, float* slope)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            int columns = Columns;
            for (int c = 0; c < columns; c += Block)
            {
                int count = Math.Min(columns - c, Block);
                T open = VectorMath<TLanes, T>.Sigmoid(TLanes.Load(x + c, count));
                T signal = VectorMath<TLanes, T>.Tanh(TLanes.Load(x + columns + c, count));
                T product = TLanes.Multiply(open, signal);
                TLanes.Store(y + c, product, count);
                if (slope == null)
                    continue;

                // s' t = s t (1 - s), and s t' = s - (s t) t.
                T one = TLanes.Create(1), zero = TLanes.Create(0);
                TLanes.Store(slope + c, TLanes.Multiply(product, TLanes.Subtract(one, open)), count);
                TLanes.Store(slope + columns + c, TLanes.MultiplyAdd(TLanes.Subtract(zero, product), signal, open), count);
            }
        }
    }

    /// <summary>A chunk is 64 rows.</summary>
    private struct GateBackward : IKernel
    {
        internal float* Dy;
        internal float* Slope;
        internal float* Dx;
        internal bool Accumulate;
        internal int Rows;
        internal int Columns;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            int first = RowChunks.Start(chunk);
            for (nint row = first; row < first + RowChunks.Length(chunk, Rows); row++)
            {
                float* dy = Dy + (row * Columns);
                for (nint half = 2 * row; half < (2 * row) + 2; half++)
                    Loops<TLanes, T>.Multiply(dy, Slope + (half * Columns), Dx + (half * Columns), Columns, Accumulate);
            }
        }
    }
}
