using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>Rows of a table, one for each code.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor Gather(Parameter table, ReadOnlySpan<int> codes)
    {
        CheckGather(table, codes);
        int columns = table.Shape.Columns;
        ManagedTensor y = NewTensor(new Shape(codes.Length, columns), Training);
        for (int r = 0; r < codes.Length; r++)
            table.Value.Slice(codes[r] * columns, columns).CopyTo(new Span<float>(y.Pointer + ((nint)r * columns), columns));

        if (Training)
        {
            GatherOperation operation = Record<GatherOperation>(y);
            (operation.Table, operation.Count) = (table, codes.Length);
            operation.Codes = (int*)Scratch(codes.Length);
            codes.CopyTo(new Span<int>(operation.Codes, codes.Length));
        }

        return y;
    }

    private sealed class GatherOperation : Operation
    {
        internal Parameter Table = null!;
        internal int* Codes;
        internal int Count;

        internal override void Backward(ManagedTape tape)
        {
            var kernel = new GatherBackward { Codes = Codes, Count = Count, Columns = Table.Shape.Columns, Dy = Output.GradientPointer };
            kernel.Dt = GradientOf(Table, out bool accumulate);
            if (!accumulate)
                new Span<float>(kernel.Dt, Table.Shape.Count).Clear();
            tape.Run(ref kernel);
        }
    }

    /// <summary>A row that was taken twice gets both gradients, in order, so this is one chunk.</summary>
    private struct GatherBackward : IKernel
    {
        internal int* Codes;
        internal int Count;
        internal int Columns;
        internal float* Dy;
        internal float* Dt;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            for (nint r = 0; r < Count; r++)
                Loops<TLanes, T>.AddTo(Dt + ((nint)Codes[r] * Columns), Dy + (r * Columns), Columns);
        }
    }
}
