namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>a + b, a - b or a b, where b may be one row or one column.</summary>
internal sealed unsafe class ArithmeticOperation : Operation
{
    private ManagedTensor _a = null!;
    private ManagedTensor _b = null!;
    private ArithmeticKind _kind;

    internal static ManagedTensor Forward(ManagedTape tape, ManagedTensor a, ManagedTensor b, ArithmeticKind kind)
    {
        TapeArguments.Arithmetic(a, b);
        ManagedTensor y = tape.NewTensor(a.Shape, a.RequiresGradient || b.RequiresGradient);
        Combine(tape.Kernels, kind, a.Pointer, b, y.Pointer, a.Rows, a.Columns, accumulate: false);
        if (y.RequiresGradient)
        {
            ArithmeticOperation operation = tape.Record(tape.ArithmeticPool, y);
            (operation._a, operation._b, operation._kind) = (a, b, kind);
        }

        return y;
    }

    internal override void Backward(ManagedTape tape)
    {
        if (_b.RequiresGradient)
            SecondGradient(tape);
        if (!_a.RequiresGradient)
            return;

        if (_kind != ArithmeticKind.Multiply)
        {
            tape.PassGradient(Output, _a);
            return;
        }

        float* da = tape.GradientOf(_a, out bool accumulate);
        Combine(tape.Kernels, ArithmeticKind.Multiply, Output.GradientPointer, _b, da, _a.Rows, _a.Columns, accumulate);
    }

    /// <summary>db is the gradient (times a, for a product), summed over what b was spread over.</summary>
    private void SecondGradient(ManagedTape tape)
    {
        int rows = _a.Rows, columns = _a.Columns;
        float* dy = Output.GradientPointer;
        float* db = tape.GradientOf(_b, out bool accumulate);
        if (!accumulate)
            new Span<float>(db, _b.Shape.Count).Clear();

        bool oneRow = _b.Rows == 1 && rows > 1;
        if (_b.Columns != columns)
        {
            for (int row = 0; row < rows; row++)
            {
                float* d = dy + ((nint)row * columns);
                float sum = _kind == ArithmeticKind.Multiply
                    ? tape.Kernels.Dot(d, _a.Pointer + ((nint)row * columns), columns)
                    : tape.Kernels.Sum(d, columns);
                db[oneRow ? 0 : row] += _kind == ArithmeticKind.Subtract ? -sum : sum;
            }

            return;
        }

        (int runs, int length) = oneRow ? (rows, columns) : (1, rows * columns);
        for (int run = 0; run < runs; run++)
        {
            nint start = (nint)run * length;
            if (_kind == ArithmeticKind.Multiply)
                tape.Kernels.Combine(ArithmeticKind.Multiply, dy + start, _a.Pointer + start, db, length, accumulate: true);
            else
                tape.Kernels.Combine(_kind, db, dy + start, db, length, accumulate: false);
        }
    }

    /// <summary>y (+)= a op b, with b spread over the rows or columns it lacks.</summary>
    private static void Combine(
        VectorKernels kernels, ArithmeticKind kind, float* a, ManagedTensor b, float* y, int rows, int columns, bool accumulate)
    {
        if (b.Rows == rows && b.Columns == columns)
        {
            kernels.Combine(kind, a, b.Pointer, y, (nint)rows * columns, accumulate);
            return;
        }

        for (int row = 0; row < rows; row++)
        {
            nint start = (nint)row * columns;
            float* second = b.Pointer + (b.Rows == 1 ? 0 : (nint)row * b.Columns);
            if (b.Columns == columns)
                kernels.Combine(kind, a + start, second, y + start, columns, accumulate);
            else
                kernels.Combine(kind, a + start, *second, y + start, columns, accumulate);
        }
    }
}
