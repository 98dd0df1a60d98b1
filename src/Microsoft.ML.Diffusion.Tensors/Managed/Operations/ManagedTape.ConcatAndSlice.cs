using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>Columns of several tensors side by side, and some columns of one: both copy columns of one tensor to columns of
/// another.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor Concat(params ReadOnlySpan<Tensor> parts)
    {
        Shape shape = CheckConcat(parts);
        bool requiresGradient = false;
        foreach (Tensor part in parts)
            requiresGradient |= part.RequiresGradient;

        ManagedTensor y = NewTensor(shape, requiresGradient);
        int start = 0;
        foreach (Tensor part in parts)
        {
            CopyColumns(Own(part), 0, y, start, part.Columns);
            start += part.Columns;
        }

        return y;
    }

    public override Tensor Slice(Tensor x, int start, int length)
    {
        CheckSlice(x, start, length);
        ManagedTensor y = NewTensor(x.Shape.WithColumns(length), x.RequiresGradient);
        CopyColumns(Own(x), start, y, 0, length);
        return y;
    }

    private void CopyColumns(ManagedTensor x, int from, ManagedTensor y, int to, int length)
    {
        int rows = x.Rows;
        for (nint r = 0; r < rows; r++)
        {
            var source = new ReadOnlySpan<float>(x.Pointer + (r * x.Columns) + from, length);
            source.CopyTo(new Span<float>(y.Pointer + (r * y.Columns) + to, length));
        }

        if (x.RequiresGradient)
        {
            CopyColumnsOperation operation = Record<CopyColumnsOperation>(y);
            (operation.X, operation.From, operation.To, operation.Length) = (x, from, to, length);
        }
    }

    private sealed class CopyColumnsOperation : Operation
    {
        internal ManagedTensor X = null!;
        internal int From;
        internal int To;
        internal int Length;

        internal override void Backward(ManagedTape tape)
        {
            float* dx = tape.GradientOf(X, out bool accumulate);
            if (!accumulate && Length < X.Columns)
                new Span<float>(dx, X.Shape.Count).Clear();
            var kernel = new CopyColumnsBackward
            {
                Dx = dx + From, Dy = Output.GradientPointer + To, Accumulate = accumulate,
                Rows = X.Rows, Columns = X.Columns, OutputColumns = Output.Columns, Length = Length,
            };
            tape.Run(ref kernel);
        }
    }

    private struct CopyColumnsBackward : IKernel
    {
        /// <summary>From the first of the columns on.</summary>
        internal float* Dx;
        internal float* Dy;
        internal bool Accumulate;
        internal int Rows;
        internal int Columns;
        internal int OutputColumns;
        internal int Length;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            for (nint row = 0; row < Rows; row++)
                Loops<TLanes, T>.Copy(Dy + (row * OutputColumns), Dx + (row * Columns), Length, Accumulate);
        }
    }
}
