using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>x plus the rows of a smaller tensor, each added to a run of rows, and starting over at the end.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor AddRepeated(Tensor x, Tensor rows, int run)
    {
        CheckAddRepeated(x, rows, run);
        ManagedTensor input = Own(x), added = Own(rows), y = NewTensor(x.Shape, x.RequiresGradient || rows.RequiresGradient);
        var kernel = new AddRepeatedForward
        {
            X = input.Pointer, Added = added.Pointer, Y = y.Pointer, Rows = x.Rows, Columns = x.Columns, AddedRows = rows.Rows,
            Length = run,
        };
        Run(ref kernel);
        if (y.RequiresGradient)
        {
            AddRepeatedOperation operation = Record<AddRepeatedOperation>(y);
            (operation.X, operation.Added, operation.Length) = (input, added, run);
        }

        return y;
    }

    private sealed class AddRepeatedOperation : Operation
    {
        internal ManagedTensor X = null!;
        internal ManagedTensor Added = null!;
        internal int Length;

        internal override void Backward(ManagedTape tape)
        {
            if (Added.RequiresGradient)
            {
                var kernel = new AddRepeatedBackward
                {
                    Dy = Output.GradientPointer, Rows = X.Rows, Columns = X.Columns, AddedRows = Added.Rows, Length = Length,
                };
                kernel.DAdded = tape.GradientOf(Added, out bool accumulate);
                if (!accumulate)
                    new Span<float>(kernel.DAdded, Added.Shape.Count).Clear();
                tape.Run(ref kernel);
            }

            if (X.RequiresGradient)
                tape.PassGradient(Output, X);
        }
    }

    private struct AddRepeatedForward : IKernel
    {
        internal float* X;
        internal float* Added;
        internal float* Y;
        internal int Rows;
        internal int Columns;
        internal int AddedRows;

        /// <summary>How many rows of x in a row each is added to.</summary>
        internal int Length;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            for (int row = 0; row < Rows; row++)
            {
                nint at = (nint)row * Columns, added = (nint)(row / Length % AddedRows) * Columns;
                Loops<TLanes, T>.Combine(ArithmeticKind.Add, X + at, Added + added, Y + at, Columns, accumulate: false);
            }
        }
    }

    /// <summary>Each added row gets the sum of its gradients, in order, so this is one chunk.</summary>
    private struct AddRepeatedBackward : IKernel
    {
        internal float* Dy;
        internal float* DAdded;
        internal int Rows;
        internal int Columns;
        internal int AddedRows;
        internal int Length;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            for (int row = 0; row < Rows; row++)
                Loops<TLanes, T>.AddTo(DAdded + ((nint)(row / Length % AddedRows) * Columns), Dy + ((nint)row * Columns), Columns);
        }
    }
}
