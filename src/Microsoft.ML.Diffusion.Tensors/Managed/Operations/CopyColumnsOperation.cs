namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Some columns of one tensor copied to some columns of another: the whole of a slice, a part of a concatenation.</summary>
internal sealed unsafe class CopyColumnsOperation : Operation
{
    private ManagedTensor _x = null!;
    private int _from;
    private int _to;
    private int _length;

    internal static void Run(ManagedTape tape, ManagedTensor x, int from, ManagedTensor y, int to, int length)
    {
        int rows = x.Rows;
        for (int r = 0; r < rows; r++)
            new Span<float>(x.Pointer + ((nint)r * x.Columns) + from, length).CopyTo(new Span<float>(y.Pointer + ((nint)r * y.Columns) + to, length));

        if (x.RequiresGradient)
        {
            CopyColumnsOperation operation = tape.Record(tape.CopyColumnsPool, y);
            (operation._x, operation._from, operation._to, operation._length) = (x, from, to, length);
        }
    }

    internal override void Backward(ManagedTape tape)
    {
        int rows = _x.Rows, columns = _x.Columns;
        float* dx = tape.GradientOf(_x, out bool accumulate);
        if (!accumulate && _length < columns)
            new Span<float>(dx, _x.Shape.Count).Clear();
        for (int r = 0; r < rows; r++)
        {
            float* d = dx + ((nint)r * columns) + _from;
            float* dy = Output.GradientPointer + ((nint)r * Output.Columns) + _to;
            if (accumulate)
                tape.Kernels.Combine(ArithmeticKind.Add, d, dy, d, _length, accumulate: false);
            else
                new ReadOnlySpan<float>(dy, _length).CopyTo(new Span<float>(d, _length));
        }
    }
}
