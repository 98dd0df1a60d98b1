using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>Rows in groups of groups in another order.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor SwapRows(Tensor x, int outer, int inner)
    {
        CheckSwapRows(x, outer, inner);
        ManagedTensor input = Own(x), y = NewTensor(x.Shape, x.RequiresGradient);
        var kernel = new RowSwap
        {
            X = input.Pointer, Y = y.Pointer, Rows = x.Rows, Columns = x.Columns, Outer = outer, Inner = inner,
        };
        Run(ref kernel, RowChunks.Count(x.Rows), x.Shape.Count);
        if (y.RequiresGradient)
        {
            SwapRowsOperation operation = Record<SwapRowsOperation>(y);
            (operation.X, operation.Outer, operation.Inner) = (input, outer, inner);
        }

        return y;
    }

    private sealed class SwapRowsOperation : Operation
    {
        internal ManagedTensor X = null!;
        internal int Outer;
        internal int Inner;

        internal override void Backward(ManagedTape tape)
        {
            // The way back is the same with the groups the other way round.
            var kernel = new RowSwap
            {
                X = Output.GradientPointer, Rows = X.Rows, Columns = X.Columns, Outer = Inner, Inner = Outer,
            };
            kernel.Y = tape.GradientOf(X, out kernel.Accumulate);
            tape.Run(ref kernel, RowChunks.Count(X.Rows), X.Shape.Count);
        }
    }

    /// <summary>A chunk is 64 rows of what comes out.</summary>
    private struct RowSwap : IKernel
    {
        internal float* X;
        internal float* Y;
        internal bool Accumulate;
        internal int Rows;
        internal int Columns;
        internal int Outer;
        internal int Inner;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            (int columns, int outer, int inner) = (Columns, Outer, Inner);
            int first = RowChunks.Start(chunk), end = first + RowChunks.Length(chunk, Rows);
            for (int row = first; row < end; row++)
            {
                (int group, int place) = Math.DivRem(row, outer * inner);
                nint from = ((nint)group * outer * inner) + ((nint)(place % outer) * inner) + (place / outer);
                Loops<TLanes, T>.Copy(X + (from * columns), Y + ((nint)row * columns), columns, Accumulate);
            }
        }
    }
}
