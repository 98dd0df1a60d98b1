namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Rows of a table, one for each code.</summary>
internal sealed unsafe class GatherOperation : Operation
{
    private Parameter _table = null!;
    private int* _codes;
    private int _count;

    internal static ManagedTensor Forward(ManagedTape tape, Parameter table, ReadOnlySpan<int> codes)
    {
        int columns = table.Shape.Columns;
        ManagedTensor y = tape.NewTensor(new Shape(codes.Length, columns), tape.Training);
        for (int r = 0; r < codes.Length; r++)
            table.Value.Slice(codes[r] * columns, columns).CopyTo(new Span<float>(y.Pointer + ((nint)r * columns), columns));

        if (tape.Training)
        {
            GatherOperation operation = tape.Record(tape.GatherPool, y);
            (operation._table, operation._count) = (table, codes.Length);
            operation._codes = (int*)tape.Scratch(codes.Length);
            codes.CopyTo(new Span<int>(operation._codes, codes.Length));
        }

        return y;
    }

    internal override void Backward(ManagedTape tape)
    {
        int columns = _table.Shape.Columns;
        float* dt = ManagedTape.GradientOf(_table, out bool accumulate);
        if (!accumulate)
            new Span<float>(dt, _table.Shape.Count).Clear();
        for (int r = 0; r < _count; r++)
        {
            float* d = dt + ((nint)_codes[r] * columns);
            tape.Kernels.Combine(ArithmeticKind.Add, d, Output.GradientPointer + ((nint)r * columns), d, columns, accumulate: false);
        }
    }
}
