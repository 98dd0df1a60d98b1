using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>Every position beside its neighbours, zeros beyond the ends: what turns a convolution into a product of matrices.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor Unfold(Tensor x, int length, int kernel)
    {
        CheckUnfold(x, length, kernel);
        ManagedTensor input = Own(x);
        if (kernel == 1)
            return input;
        ManagedTensor y = NewTensor(x.Shape.WithColumns(kernel * x.Columns), x.RequiresGradient);
        var forward = new UnfoldForward
        {
            X = input.Pointer, Y = y.Pointer, Length = length, Kernel = kernel, Rows = x.Rows, Columns = x.Columns,
        };
        Run(ref forward, RowChunks.Count(x.Rows), y.Shape.Count);
        if (y.RequiresGradient)
        {
            UnfoldOperation operation = Record<UnfoldOperation>(y);
            (operation.X, operation.Length, operation.Kernel) = (input, length, kernel);
        }

        return y;
    }

    private sealed class UnfoldOperation : Operation
    {
        internal ManagedTensor X = null!;
        internal int Length;
        internal int Kernel;

        internal override void Backward(ManagedTape tape)
        {
            var backward = new UnfoldBackward
            {
                Dy = Output.GradientPointer, Length = Length, Kernel = Kernel, Rows = X.Rows, Columns = X.Columns,
            };
            backward.Dx = tape.GradientOf(X, out backward.Accumulate);
            tape.Run(ref backward, RowChunks.Count(X.Rows), Output.Shape.Count);
        }
    }

    /// <summary>Only copies. A chunk is 64 positions.</summary>
    private struct UnfoldForward : IKernel
    {
        internal float* X;
        internal float* Y;
        internal int Length;
        internal int Kernel;
        internal int Rows;
        internal int Columns;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            int first = RowChunks.Start(chunk), columns = Columns, kernel = Kernel, reach = kernel / 2;
            for (int row = first; row < first + RowChunks.Length(chunk, Rows); row++)
            {
                // Neighbours lie one after another, so all that are within the ends are one copy.
                int place = row % Length;
                int before = Math.Max(0, reach - place), after = Math.Max(0, place + reach + 1 - Length);
                var y = new Span<float>(Y + ((nint)row * kernel * columns), kernel * columns);
                y[..(before * columns)].Clear();
                var within = new ReadOnlySpan<float>(X + ((nint)(row - reach + before) * columns), (kernel - before - after) * columns);
                within.CopyTo(y[(before * columns)..]);
                y[((kernel - after) * columns)..].Clear();
            }
        }
    }

    /// <summary>A chunk is 64 positions.</summary>
    private struct UnfoldBackward : IKernel
    {
        internal float* Dx;
        internal float* Dy;
        internal bool Accumulate;
        internal int Length;
        internal int Kernel;
        internal int Rows;
        internal int Columns;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            int first = RowChunks.Start(chunk), columns = Columns, kernel = Kernel, reach = kernel / 2;
            for (int row = first; row < first + RowChunks.Length(chunk, Rows); row++)
            {
                // Position p is neighbour k of position p + reach - k. Always in the order of k.
                int place = row % Length;
                bool accumulate = Accumulate;
                for (int k = 0; k < kernel; k++)
                {
                    int other = place + reach - k;
                    if (other < 0 || other >= Length)
                        continue;
                    Loops<TLanes, T>.Copy(
                        Dy + ((((nint)(row + reach - k) * kernel) + k) * columns), Dx + ((nint)row * columns), columns, accumulate);
                    accumulate = true;
                }
            }
        }
    }
}
