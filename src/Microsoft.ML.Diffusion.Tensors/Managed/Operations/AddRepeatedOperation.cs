namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>x plus the rows of a smaller tensor, each added to a run of rows, and starting over at the end.</summary>
internal sealed unsafe class AddRepeatedOperation : Operation
{
    private ManagedTensor _x = null!;
    private ManagedTensor _rows = null!;
    private int _run;

    internal static ManagedTensor Forward(ManagedTape tape, ManagedTensor x, ManagedTensor rows, int run)
    {
        ManagedTensor y = tape.NewTensor(x.Shape, x.RequiresGradient || rows.RequiresGradient);
        int columns = x.Columns;
        for (int row = 0; row < x.Rows; row++)
        {
            nint at = (nint)row * columns;
            tape.Kernels.Combine(ArithmeticKind.Add, x.Pointer + at, Row(rows.Pointer, rows, row, run), y.Pointer + at, columns, accumulate: false);
        }

        if (y.RequiresGradient)
        {
            AddRepeatedOperation operation = tape.Record(tape.AddRepeatedPool, y);
            (operation._x, operation._rows, operation._run) = (x, rows, run);
        }

        return y;
    }

    internal override void Backward(ManagedTape tape)
    {
        if (_rows.RequiresGradient)
        {
            int columns = _x.Columns;
            float* d = tape.GradientOf(_rows, out bool accumulate);
            if (!accumulate)
                new Span<float>(d, _rows.Shape.Count).Clear();

            // In order, on one thread: so the bits do not depend on the number of threads.
            for (int row = 0; row < _x.Rows; row++)
            {
                float* sum = Row(d, _rows, row, _run);
                tape.Kernels.Combine(ArithmeticKind.Add, sum, Output.GradientPointer + ((nint)row * columns), sum, columns, accumulate: false);
            }
        }

        if (_x.RequiresGradient)
            tape.PassGradient(Output, _x);
    }

    private static float* Row(float* pointer, ManagedTensor rows, int row, int run) => pointer + ((nint)(row / run % rows.Rows) * rows.Columns);
}
