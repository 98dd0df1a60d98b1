using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>a + b, a - b or a b, where b may be one row or one column.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor Add(Tensor a, Tensor b) => Arithmetic(ArithmeticKind.Add, a, b);

    public override Tensor Subtract(Tensor a, Tensor b) => Arithmetic(ArithmeticKind.Subtract, a, b);

    public override Tensor Multiply(Tensor a, Tensor b) => Arithmetic(ArithmeticKind.Multiply, a, b);

    private ManagedTensor Arithmetic(ArithmeticKind kind, Tensor a, Tensor b)
    {
        ManagedTensor first = Own(a), second = Own(b);
        CheckArithmetic(a, b);
        ManagedTensor y = NewTensor(a.Shape, a.RequiresGradient || b.RequiresGradient);
        var kernel = new ArithmeticForward
        {
            Kind = kind, A = first.Pointer, B = second.Pointer, Y = y.Pointer,
            Rows = a.Rows, Columns = a.Columns, BRows = b.Rows, BColumns = b.Columns,
        };
        Run(ref kernel);
        if (y.RequiresGradient)
        {
            ArithmeticOperation operation = Record<ArithmeticOperation>(y);
            (operation.A, operation.B, operation.Kind) = (first, second, kind);
        }

        return y;
    }

    private sealed class ArithmeticOperation : Operation
    {
        internal ManagedTensor A = null!;
        internal ManagedTensor B = null!;
        internal ArithmeticKind Kind;

        internal override void Backward(ManagedTape tape)
        {
            if (B.RequiresGradient)
                SecondGradient(tape);
            if (!A.RequiresGradient)
                return;

            if (Kind != ArithmeticKind.Multiply)
            {
                tape.PassGradient(Output, A);
                return;
            }

            // da = dy b, with b spread as on the way forward.
            var kernel = new ArithmeticForward
            {
                Kind = Kind, A = Output.GradientPointer, B = B.Pointer, Rows = A.Rows, Columns = A.Columns, BRows = B.Rows,
                BColumns = B.Columns,
            };
            kernel.Y = tape.GradientOf(A, out kernel.Accumulate);
            tape.Run(ref kernel);
        }

        private void SecondGradient(ManagedTape tape)
        {
            var kernel = new ArithmeticSecondBackward
            {
                Kind = Kind, A = A.Pointer, Dy = Output.GradientPointer, Rows = A.Rows, Columns = A.Columns, BRows = B.Rows,
                BColumns = B.Columns,
            };
            kernel.Db = tape.GradientOf(B, out bool accumulate);
            if (!accumulate)
                new Span<float>(kernel.Db, B.Shape.Count).Clear();
            tape.Run(ref kernel);
        }
    }

    /// <summary>y (+)= a op b, with b spread over the rows or columns it lacks.</summary>
    private struct ArithmeticForward : IKernel
    {
        internal ArithmeticKind Kind;
        internal float* A;
        internal float* B;
        internal float* Y;
        internal bool Accumulate;
        internal int Rows;
        internal int Columns;
        internal int BRows;
        internal int BColumns;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            if (BRows == Rows && BColumns == Columns)
            {
                Loops<TLanes, T>.Combine(Kind, A, B, Y, (nint)Rows * Columns, Accumulate);
                return;
            }

            for (nint row = 0; row < Rows; row++)
            {
                nint start = row * Columns;
                float* b = B + (BRows == 1 ? 0 : row * BColumns);
                if (BColumns == Columns)
                    Loops<TLanes, T>.Combine(Kind, A + start, b, Y + start, Columns, Accumulate);
                else
                    Loops<TLanes, T>.Combine(Kind, A + start, *b, Y + start, Columns, Accumulate);
            }
        }
    }

    /// <summary>db += the gradient (times a, for a product), summed in order over what b was spread over, so this is one chunk.</summary>
    private struct ArithmeticSecondBackward : IKernel
    {
        internal ArithmeticKind Kind;
        internal float* A;
        internal float* Dy;
        internal float* Db;
        internal int Rows;
        internal int Columns;
        internal int BRows;
        internal int BColumns;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            bool oneRow = BRows == 1 && Rows > 1;
            if (BColumns != Columns)
            {
                for (nint row = 0; row < Rows; row++)
                {
                    float* d = Dy + (row * Columns);
                    float sum = Kind == ArithmeticKind.Multiply
                        ? Loops<TLanes, T>.Dot(d, A + (row * Columns), Columns)
                        : Loops<TLanes, T>.Sum(d, Columns);
                    Db[oneRow ? 0 : row] += Kind == ArithmeticKind.Subtract ? -sum : sum;
                }

                return;
            }

            (int runs, int length) = oneRow ? (Rows, Columns) : (1, Rows * Columns);
            for (nint run = 0; run < runs; run++)
            {
                float* d = Dy + (run * length);
                if (Kind == ArithmeticKind.Multiply)
                    Loops<TLanes, T>.Multiply(d, A + (run * length), Db, length, accumulate: true);
                else
                    Loops<TLanes, T>.Combine(Kind, Db, d, Db, length, accumulate: false);
            }
        }
    }
}
